import { type ChannelLayout, channelSize } from '../core/index.js';
import { encode } from './encode.js';
import type { Grid, Quantized } from './grid.js';

/** Weights that lie further from halfway between two levels, in steps, keep the nearer one. */
const MAX_FROM_HALFWAY = 0.1;

/**
 * Codes whose errors cancel out in each channel: the nearest ones, but for as few as bring their sum to within half a step
 * of 0, the weights nearest to halfway between two levels.
 *
 * A channel sums up products. Where its inputs have a mean, as behind relu, the sum of its errors counts that many times,
 * the rest only as the inputs differ from it.
 *
 * @param grid  With steps of one level; channels without a scale keep their nearest codes.
 * @see Guo et al. 2022, SQuant, arXiv:2202.07471, section 3.3, of which this is the part for output channels.
 */
export function encodeBalanced(weights: Float32Array, grid: Grid, layout: ChannelLayout): Quantized {
  const { codes } = encode(weights, grid, layout);
  const { levels, scale, offset } = grid;
  for (let channel = 0; channel < layout.channels; channel++) {
    if (scale[channel] === 0) continue;
    const elements = elementsOf(layout, channel);
    const own = elements.map((element) => codes[element]!);
    const exact = Float64Array.from(
      elements,
      (element) => (weights[element]! - (offset?.[channel] ?? 0)) / scale[channel]!,
    );
    balance(own, exact, levels);
    for (const [index, element] of elements.entries()) codes[element] = own[index]!;
  }
  return { codes, grid, layout };
}

function elementsOf(layout: ChannelLayout, channel: number): Uint32Array {
  const { channels, inner } = layout;
  return Uint32Array.from(
    { length: channelSize(layout) },
    (_, index) => (Math.floor(index / inner) * channels + channel) * inner + (index % inner),
  );
}

/** Moves codes of one channel by one level, in place; `exact` has its weights in units of the scale. */
function balance(codes: Uint32Array, exact: Float64Array, levels: Float32Array): void {
  const errors = exact.map((value, index) => levels[codes[index]!]! - value);
  const sum = errors.reduce((total, error) => total + error, 0);
  const direction = -Math.sign(sum);
  const isMovable = (index: number): boolean => {
    const code = codes[index]! + direction;
    return errors[index]! * direction <= MAX_FROM_HALFWAY - 0.5 && code >= 0 && code < levels.length;
  };
  const halfwayFirst = Array.from(codes.keys())
    .filter(isMovable)
    .sort((a, b) => Math.abs(errors[b]!) - Math.abs(errors[a]!) || a - b);
  for (const index of halfwayFirst.slice(0, Math.round(Math.abs(sum)))) codes[index]! += direction;
}
