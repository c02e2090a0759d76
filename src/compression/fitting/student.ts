import { fuseBatchNorm, nestedLayers, tf, variableOf } from '../../engine/index.js';
import { headsOnCopy } from '../../metrics/index.js';
import { findWeights, type LayersWeight, toLayersModel } from '../../model/index.js';
import type { Grid } from '../../quantize/index.js';
import { type LiveLayersModel, resolvedInputs, sourcesOf } from '../../session/index.js';
import {
  disposeKernel,
  type GuidedKernel,
  guideKernel,
  layersStudent,
  layersTeacher,
  MIN_PENALTY,
  type Trainee,
} from '../../train/index.js';
import type { PlanByName } from '../file/rounding.js';
import type { CompressionJob } from './job.js';

/** Start of a fine-tuning: model, plan and grids. */
export interface TuningStart {
  /** The teacher; the student is a copy with the weights of its `loaded`. */
  readonly liveModel: LiveLayersModel;
  readonly plan: PlanByName;
  /** By kernel. */
  readonly grids: ReadonlyMap<string, Grid>;
}

/** The copy of a model that learns, on the engine; disposed of when it was trained. */
export interface Student {
  readonly trainee: Trainee;
  /** Its weights, in the order of the model's. */
  readonly infos: readonly LayersWeight[];
  /** Factor of the entropy penalty; undefined where there is none. */
  readonly penaltyFactor: tf.Variable | undefined;
  dispose(): void;
}

/** Copies a model, with its kernels on their way to their grids. */
export async function createStudent(job: CompressionJob, start: TuningStart): Promise<Student> {
  const { session, samples } = job;
  const { liveModel } = start;
  const model = await toLayersModel(liveModel.loaded);
  const infos = findWeights(model);
  const penaltyFactor = startingPenalty(job);
  // Layers frozen for transfer learning are trained too: every weight has to compensate for the grid.
  for (const layer of nestedLayers(model)) layer.trainable = true;
  for (const { name, variable } of infos) if (start.plan.get(name)?.pinned) variable.trainable = false;
  const kernels = guideKernels(job, infos, start, penaltyFactor);
  const trainee: Trainee = {
    engine: session.engine,
    student: layersStudent(model),
    teacher: layersTeacher(liveModel.model),
    kernels,
    inputs: resolvedInputs(liveModel, samples.training),
    studentHeads: headsOnCopy(samples.heads, sourcesOf(model)),
    teacherHeads: samples.heads,
  };
  const undoFusing = fuseBatchNorm(model);
  return {
    trainee,
    infos,
    penaltyFactor,
    dispose: () => {
      undoFusing();
      kernels.forEach(disposeKernel);
      penaltyFactor?.dispose();
      model.dispose();
    },
  };
}

/** Sets up those weights that have a grid; where a size is to be filled, only the kernels that do so have a penalty. */
function guideKernels(
  { filling }: CompressionJob,
  infos: readonly LayersWeight[],
  { plan, grids }: TuningStart,
  penaltyFactor: tf.Variable | undefined,
): GuidedKernel[] {
  return infos.flatMap(({ name, variable }) => {
    const grid = grids.get(name);
    if (grid === undefined) return [];
    const kernel = { name, variable: variableOf(variable), axes: plan.get(name)!.grid!.axes };
    if (filling === undefined) return [guideKernel(kernel, grid, penaltyFactor)];
    return [
      filling.kernels.has(name)
        ? guideKernel(kernel, grid, penaltyFactor, 'once')
        : guideKernel(kernel, grid),
    ];
  });
}

/** The factor of the entropy penalty to begin with; undefined where there is none. */
function startingPenalty({ options, filling }: CompressionJob): tf.Variable | undefined {
  const { entropyPenalty } = options;
  if (filling !== undefined) return tf.variable(tf.scalar(0), false);
  return entropyPenalty === 0
    ? undefined
    : tf.variable(tf.scalar(entropyPenalty === 'auto' ? MIN_PENALTY : entropyPenalty), false);
}
