import type { NamedTensor } from '../../core/index.js';
import type { Config } from '../topology/layer-entry.js';

/** BatchNorm as it acts in prediction: `value * factor + offset`, one of each a channel. */
export interface BatchNorm {
  /** gamma / sqrt(variance + epsilon) */
  readonly factors: Float64Array;
  /** beta - mean * factor */
  readonly offsets: Float64Array;
  /** The weights that it is made of. */
  readonly weights: readonly NamedTensor[];
}

/**
 * Reads a BatchNormalization layer.
 *
 * @param weight  Gives a weight of the layer by its own name.
 * @returns undefined where its statistics are missing, or its weights are not of one length.
 */
export function batchNormOf(
  { epsilon = 1e-3 }: Config,
  weight: (name: string) => NamedTensor | undefined,
): BatchNorm | undefined {
  const [gamma, beta, mean, variance] = ['gamma', 'beta', 'moving_mean', 'moving_variance'].map(weight);
  const weights = [gamma, beta, mean, variance].filter((each) => each !== undefined);
  if (mean === undefined || variance === undefined) return undefined;
  if (weights.some(({ values }) => values.length !== mean.values.length)) return undefined;
  const at = (vector: NamedTensor | undefined, channel: number, otherwise: number): number =>
    vector === undefined ? otherwise : (vector.values[channel] as number);
  const factors = Float64Array.from(
    mean.values,
    (_, channel) => at(gamma, channel, 1) / Math.sqrt(at(variance, channel, 1) + Number(epsilon)),
  );
  const offsets = factors.map((factor, channel) => at(beta, channel, 0) - at(mean, channel, 0) * factor);
  return { factors, offsets, weights };
}
