import { channelLayout, type NamedTensor } from '../core/index.js';
import type { StoredTensor } from '../pack/index.js';
import {
  channelEnergies,
  dequantize,
  entropyBits,
  weightErrors,
  weightHistogram,
  worstChannels,
} from '../quantize/index.js';
import type { WeightErrorReport } from '../report/index.js';

const MOST_CHANNELS = 5;
const BINS = 40;

/**
 * What packing did to one kernel.
 *
 * @param channelAxes  Its output channels, whether or not each has a scale of its own.
 */
export function weightErrorReport(
  { values, shape }: NamedTensor,
  { codes, grid, axes }: Extract<StoredTensor, { encoding: 'codes' }>,
  channelAxes: readonly number[],
): WeightErrorReport {
  const weights = values as Float32Array;
  const layout = channelLayout(shape, axes);
  const packed = dequantize({ codes, grid, layout });
  const energies = channelEnergies(weights, packed, channelLayout(shape, channelAxes));
  return {
    ...weightErrors(weights, packed, grid, layout),
    entropyBits: entropyBits(codes),
    channels: energies.length,
    deadChannels: {
      before: energies.filter(({ before }) => before === 0).length,
      after: energies.filter(({ after }) => after === 0).length,
    },
    worstChannels: worstChannels(energies, MOST_CHANNELS),
    histogram: weightHistogram(weights, grid, layout, BINS),
  };
}
