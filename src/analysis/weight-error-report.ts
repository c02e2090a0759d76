import type { QuantizedWeight } from '../compression/index.js';
import { channelLayout } from '../core/index.js';
import {
  channelEnergies,
  entropyBits,
  weightErrors,
  weightHistogram,
  worstChannels,
} from '../quantize/index.js';
import type { WeightErrorReport } from '../report/index.js';

const MAX_CHANNELS = 5;
const BINS = 40;

/** Reports the errors of one packed kernel, by output channel whether or not each has its own scale. */
export function weightErrorReport({ weight, before, stored, after }: QuantizedWeight): WeightErrorReport {
  const { shape, axes, codes, grid } = stored;
  const layout = channelLayout(shape, axes);
  const channels = channelLayout(shape, weight.channelAxes);
  const energies = channelEnergies(before.values, after.values, channels);
  return {
    ...weightErrors(before.values, after.values, grid, layout),
    entropyBits: entropyBits(codes),
    channels: energies.length,
    deadChannels: {
      before: energies.filter((energy) => energy.before === 0).length,
      after: energies.filter((energy) => energy.after === 0).length,
    },
    worstChannels: worstChannels(energies, MAX_CHANNELS),
    histogram: weightHistogram(before.values, grid, layout, BINS),
  };
}
