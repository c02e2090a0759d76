import { forwardWork } from '../../model/index.js';
import type { LiveModel, SampleSet } from '../../session/index.js';

/** Values that all layers make of a batch of synthesised inputs, at most: a training step keeps them. */
const MAX_VALUES = 2 ** 29;

/** How many synthesised inputs a training step takes at a time, at most; a model whose layers aren't known takes any. */
export function batchInMemory(liveModel: LiveModel, { dataset }: SampleSet): number {
  if (liveModel.kind === 'graph') return Number.POSITIVE_INFINITY;
  const shapes = dataset.inputs.map(({ shape }) => shape);
  const { values } = forwardWork(liveModel.model, shapes);
  return Math.max(1, Math.floor(MAX_VALUES / values));
}
