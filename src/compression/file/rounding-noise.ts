import type { Evaluation } from '../../session/index.js';
import type { CheckSamples } from './check-samples.js';
import { wholeModel } from './packing.js';
import type { RoundedWeights } from './rounding.js';

/** Noise of an output, in units of its variance, from which on its kernels' grids are in question: 20 dB. */
export const MUCH_NOISE = 1e-2;
/** Share of the noise that may be left, for finer grids or floats to be worth their bytes. */
export const WORTHWHILE_SHARE = 0.5;

/** How far the outputs of rounded weights are from the float model's, as `noiseBetween` of the samples has it. */
export async function roundingNoise(
  { liveModel, samples: read }: Evaluation,
  samples: CheckSamples,
  { stored }: RoundedWeights,
): Promise<(number | null)[]> {
  const whole = wholeModel(liveModel, stored, read);
  return samples.noiseBetween(samples.float, await samples.outputsOf(whole));
}
