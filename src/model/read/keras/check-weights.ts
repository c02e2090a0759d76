import { type NamedTensor, QgtError } from '../../../core/index.js';
import { type LayerEntry, nameOf } from '../../topology/layer-entry.js';
import { layersWithWeights } from './layers-with-weights.js';

/**
 * Checks that the weights of every known layer are there.
 *
 * @param root     The model as tfjs takes it.
 * @param weights  Named as tfjs names them.
 * @throws QgtError `bad-model` naming a layer and the weights that it lacks.
 */
export function checkWeights(root: LayerEntry, weights: readonly NamedTensor[], source: string): void {
  const given = new Set(weights.map(({ name }) => name));
  for (const { entry, weights: required } of layersWithWeights(root, source)) {
    const missing = required.filter(({ name }) => !given.has(name));
    if (missing.length === 0) continue;
    throw new QgtError('bad-model', {
      where: `${source}: layer ${nameOf(entry)} (${entry.class_name})`,
      what: `its weights are not in the file: ${missing.map(({ own }) => own).join(', ')}`,
      remedy: "save the whole model again: model.save('model.keras')",
    });
  }
}
