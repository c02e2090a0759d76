import { type ChannelLayout, channelSize, forEachElement } from '../../core/index.js';
import { kMeans } from '../k-means.js';
import { fitGrid } from '../least-squares.js';
import type { Quantizer } from './quantizer.js';

/**
 * `2 ** bits` values of the tensor's own, found by k-means, in units of each channel's scale.
 *
 * Beyond 6 bits their list (1 kB at 8 bits) outgrows what they save, and a training step, which compares with each
 * value, takes several times as long.
 *
 * The values are those of all channels, each divided by its root mean square; a tensor with fewer distinct values keeps
 * just these.
 *
 * @see Han et al. 2016, Deep Compression, arXiv:1510.00149, section 3, where the values are a layer's and unscaled.
 */
export const codebook: Quantizer = {
  name: 'codebook',
  describe: "each layer's own values, found by k-means",
  levels: '2^bits values for each layer, found by k-means',
  suits: 'large layers with outliers at 3 bits and more',
  widths: [2, 3, 4, 5, 6],
  // Max 1960, table I, up to 5 bits; the rest by the same iteration.
  gaussianDb: { 2: 9.3, 3: 14.62, 4: 20.22, 5: 26.01, 6: 31.91 },
  fit: (weights, layout, bits) => {
    const scale = rootMeanSquares(weights, layout);
    const levels = levelsFrom(kMeans(inUnits(weights, layout, scale), 2 ** bits));
    return fitGrid(weights, layout, levels, { start: scale });
  },
};

function rootMeanSquares(weights: Float32Array, layout: ChannelLayout): Float32Array {
  const squares = new Float64Array(layout.channels);
  forEachElement(layout, (element, channel) => {
    squares[channel]! += weights[element]! ** 2;
  });
  return Float32Array.from(squares, (square) => Math.sqrt(square / channelSize(layout)));
}

/** The weights of every channel that isn't zero throughout. */
function inUnits(weights: Float32Array, layout: ChannelLayout, scale: Float32Array): Float64Array {
  const values = new Float64Array(weights.length);
  let count = 0;
  forEachElement(layout, (element, channel) => {
    if (scale[channel]! > 0) values[count++] = weights[element]! / scale[channel]!;
  });
  return values.subarray(0, count);
}

/** Distinct float32 levels; a lone value, or none, is joined by 0 or 1, since a grid has two levels at least. */
function levelsFrom(centres: Float64Array): Float32Array {
  const levels = [...new Set(Float32Array.from(centres))];
  for (const spare of [0, 1]) if (levels.length < 2 && !levels.includes(spare)) levels.push(spare);
  return Float32Array.from(levels).sort();
}
