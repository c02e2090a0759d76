import type { Evaluation } from '../../session/index.js';
import type { CheckSamples } from './check-samples.js';
import { wholeModel } from './packing.js';
import type { RoundedWeights } from './rounding.js';

/** Noise of an output, in units of its variance, from which on its kernels' grids are in question. */
const MUCH_NOISE = {
  /** 30 dB, since that many are asked of 8 bits. */
  values: 1e-3,
  /** 20 dB, since the largest of several logits hardly changes by less. */
  largest: 1e-2,
};
/** Noise that finer grids may leave, as a share of that: on samples apart it was up to 1.7 dB more. */
export const MAX_LEFT = 0.7;
/** Fall of an output's excess for which finer grids or floats are worth their bytes: half of its noise. */
const WORTHWHILE = Math.LN2;

/** How far the outputs of rounded weights are from the float model's, as `noiseBetween` of the samples has it. */
export async function roundingNoise(
  { liveModel, samples: read }: Evaluation,
  samples: CheckSamples,
  { stored }: RoundedWeights,
): Promise<(number | null)[]> {
  const whole = wholeModel(liveModel, stored, read);
  return samples.noiseBetween(samples.float, await samples.outputsOf(whole));
}

/**
 * How far the noise of each output is above what puts its kernels' grids in question, as a logarithm; 0 where it is
 * below, or not known.
 *
 * @param share  Of what puts them in question, what is still too much.
 */
export function excessOf(
  { samples: { heads } }: Pick<Evaluation, 'samples'>,
  noise: readonly (number | null)[],
  share = 1,
): number[] {
  return noise.map((each, output) => {
    const much = MUCH_NOISE[heads[output]!.decision === 'largest' ? 'largest' : 'values'];
    return Math.max(0, Math.log((each ?? 0) / (share * much)));
  });
}

/** Whether finer grids or floats are worth their bytes: no output has too much any more, or half as much on average. */
export function isWorthwhile(after: readonly number[], before: readonly number[]): boolean {
  const fall = total(before) - total(after);
  const noisy = before.filter((excess) => excess > 0).length;
  return noisy > 0 && (total(after) === 0 || fall >= WORTHWHILE * noisy);
}

export const total = (excess: readonly number[]): number => excess.reduce((sum, each) => sum + each, 0);
