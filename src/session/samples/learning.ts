import { isImage, type SyntheticInput } from '../../data/index.js';
import type { OutputHead } from '../../metrics/index.js';
import type { LiveModel } from '../live-model.js';

/** Part of a model that may be trained on samples, and why that leaves its kernels out. */
export type Learning = 'kernels' | 'biases' | 'biases, for want of a range';

/**
 * Finds which part of a graph may be trained on inputs that are only drawn: the kernels too of a classifier of images,
 * which is held against the float model layer by layer (docs/decisions/0015). Images in a wrong range would teach them
 * something else.
 *
 * @param inputs  Those that are synthesised, with the range where it was said.
 */
export function learningFromDrawn(
  { step }: LiveModel,
  inputs: readonly SyntheticInput[],
  heads: readonly Pick<OutputHead, 'kind'>[],
): Learning {
  const classifiesImages = inputs.every(isImage) && heads.every(({ kind }) => kind !== 'linear');
  if (step === null || !classifiesImages) return 'biases';
  return inputs.every(({ range }) => range !== undefined) ? 'kernels' : 'biases, for want of a range';
}
