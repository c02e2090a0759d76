import { createRandom, shuffledIndices } from '../core/index.js';
import type { Evaluation } from '../session/index.js';

/** Fewest samples in each of two parts; less is not divided. */
const MIN_PART = 32;

/** Samples to choose by, and others on which the gain of what was chosen is measured. */
export interface SamplesApart {
  readonly choosing: Evaluation;
  readonly confirming: Evaluation;
  /** Whether they are others; where there are few samples all of them serve for both. */
  readonly isHeldOut: boolean;
}

/**
 * Divides the samples of an evaluation: the best of many candidates on some samples is partly the luckiest there, so
 * that its gain is to be measured on others.
 *
 * @param most  Samples in each part at most.
 */
export function samplesApart(evaluation: Evaluation, most: number): SamplesApart {
  const { samples, seed } = evaluation;
  const { dataset, order } = samples.evaluation;
  const size = Math.min(most, Math.ceil(order.length / 2));
  if (size < MIN_PART) {
    const all = { ...evaluation, limit: Math.min(most, order.length) };
    return { choosing: all, confirming: all, isHeldOut: false };
  }
  const mixed = shuffledIndices(order.length, createRandom(seed)).map((at) => order[at]!);
  const part = (from: number): Evaluation => ({
    ...evaluation,
    samples: { ...samples, evaluation: { dataset, order: mixed.slice(from, from + size) } },
  });
  return { choosing: part(0), confirming: part(size), isHeldOut: true };
}
