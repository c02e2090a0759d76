import type { NamedTensor } from '../../core/index.js';
import { fuseBatchNorm, nestedLayers, variableOf } from '../../engine/index.js';
import { headsOnCopy, type OutputHead } from '../../metrics/index.js';
import { findWeights, toLayersModel } from '../../model/index.js';
import { type LiveLayersModel, sourcesOf } from '../../session/index.js';
import { layersStudent, layersTeacher } from '../../train/index.js';
import { readWeights } from '../file/layer-weights.js';
import type { CopyOptions, ModelsInTraining } from './models-in-training.js';
import { headsInside } from './watched.js';

/** Copies a layers model to train it. */
export async function copyLayersModel(
  { model: teacher, loaded }: LiveLayersModel,
  heads: readonly OutputHead[],
  { pinned, watched }: CopyOptions,
): Promise<ModelsInTraining> {
  const model = await toLayersModel(loaded);
  const infos = findWeights(model);
  // Layers frozen for transfer learning are trained too: every weight has to compensate for the grid.
  for (const layer of nestedLayers(model)) layer.trainable = true;
  for (const { name, variable } of infos) if (pinned.has(name)) variable.trainable = false;
  const undoFusing = fuseBatchNorm(model);
  return {
    student: layersStudent(model, watched),
    teacher: layersTeacher(teacher, watched),
    studentHeads: [...headsOnCopy(heads, sourcesOf(model)), ...headsInside(watched)],
    teacherHeads: [...heads, ...headsInside(watched)],
    variables: new Map(infos.map(({ name, variable }) => [name, variableOf(variable)])),
    notes: [],
    weights: (): NamedTensor[] => readWeights(infos),
    dispose: () => {
      undoFusing();
      model.dispose();
    },
  };
}
