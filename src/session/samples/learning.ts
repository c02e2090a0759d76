import { type SyntheticInput, takesLeaves } from '../../data/index.js';
import type { OutputHead } from '../../metrics/index.js';
import type { LiveModel } from '../live-model.js';

/** Part of a model that may be trained on samples, and why that leaves its kernels out. */
export type Learning = 'kernels' | 'biases' | 'biases, for want of a range';

/** Fewest drawn images that kernels learn from: fewer teach them less than biases (docs/decisions/0015). */
const MIN_DRAWN = 384;

/**
 * Finds which part of a graph may be trained on inputs that are only drawn: the kernels too of a classifier of images,
 * which is held against the float model layer by layer (docs/decisions/0015). Images in a wrong range would teach them
 * something else.
 *
 * @param inputs  Those that are synthesised, with the range where it was said.
 * @param count   How many of them there is time to train kernels on.
 */
export function learningFromDrawn(
  { step }: Pick<LiveModel, 'step'>,
  inputs: readonly SyntheticInput[],
  heads: readonly Pick<OutputHead, 'kind' | 'shape'>[],
  count: number,
): Learning {
  const areImages = inputs.every(takesLeaves);
  const classifies = heads.every(({ kind, shape }) => kind !== 'linear' && shape.length === 1);
  if (step === null || !areImages || !classifies || count < MIN_DRAWN) return 'biases';
  return inputs.every(({ range }) => range !== undefined) ? 'kernels' : 'biases, for want of a range';
}
