import type { NamedTensor } from '../../core/index.js';
import { tf } from '../../engine/index.js';
import type { OutputHead } from '../../metrics/index.js';
import type { Grid } from '../../quantize/index.js';
import { type LiveModel, resolvedInputs } from '../../session/index.js';
import {
  disposeKernel,
  type GuidedKernel,
  gridOf,
  guideKernel,
  MIN_PENALTY,
  type Trainee,
} from '../../train/index.js';
import { pinnedIn } from '../file/rounding.js';
import { copyGraph, type GraphCopyOptions } from './graph-copy.js';
import type { CompressionJob } from './job.js';
import { copyLayersModel } from './layers-student.js';
import { type ModelsInTraining, scaledBy } from './models-in-training.js';
import { normalizedKernels, observeFloat } from './observe-float.js';
import { type TiedKernels, tiedKernels, withTied } from './tied-kernels.js';
import type { TuningStart } from './tuning-start.js';
import { watchedIn } from './watched.js';

/** The copy of a model that learns, on the engine; disposed of when it was trained. */
export interface Student {
  readonly trainee: Trainee;
  /** Factor of the entropy penalty; undefined where there is none. */
  readonly penaltyFactor: tf.Variable | undefined;
  /** Nodes or layers inside it at which it is held against the float one, beside its outputs. */
  readonly watched: readonly string[];
  /** Remarks on what isn't trained. */
  readonly notes: readonly string[];
  /** All weights as the model has them by now, in its order. */
  weights(): NamedTensor[];
  /** The grids of its kernels as the model has them by now. */
  grids(): ReadonlyMap<string, Grid>;
  /** Kernels that repeat another one, which are trained as one. */
  readonly tied: TiedKernels;
  /** Values of the copy's kernels, by name, as the model has them. */
  inModel(values: ReadonlyMap<string, Float32Array>): ReadonlyMap<string, Float32Array>;
  dispose(): void;
}

/** Copies a model, with its kernels on their way to their grids. */
export async function createStudent(job: CompressionJob, start: TuningStart): Promise<Student> {
  const { session, samples } = job;
  const { liveModel, plan } = start;
  const pinned = pinnedIn(plan);
  const watched = watchedIn(job, liveModel, start.grids.size > 0);
  const tied = tiedKernels(start, pinned);
  const repeated = new Set([...tied].flat());
  const normalized = new Set([...normalizedKernels(job, start)].filter((name) => !repeated.has(name)));
  const inside = { pinned, watched, normalized, tied };
  const models = await copyModel(liveModel, samples.heads, inside);
  await observeFloat(job, models);
  const { student, teacher, studentHeads, teacherHeads } = models;
  const penaltyFactor = startingPenalty(job);
  const kernels = guideKernels(job, models, start, penaltyFactor);
  return {
    trainee: {
      engine: session.engine,
      ...{ student, teacher, studentHeads, teacherHeads },
      inside: watched.length,
      kernels,
      inputs: resolvedInputs(liveModel, samples.training),
    },
    penaltyFactor,
    watched,
    notes: models.notes,
    tied,
    weights: models.weights,
    grids: () => {
      const factors = models.factors?.();
      const own = kernels.map(
        (kernel) => [kernel.name, scaledGrid(gridOf(kernel), factors?.get(kernel.name))] as const,
      );
      return withTied(new Map(own), tied);
    },
    inModel: (values) => {
      const factors = models.factors?.();
      const own = [...values].map(([name, each]) => [name, scaledBy(each, factors?.get(name))] as const);
      return withTied(new Map(own), tied);
    },
    dispose: () => {
      kernels.forEach(disposeKernel);
      penaltyFactor?.dispose();
      models.dispose();
    },
  };
}

function scaledGrid({ scale, offset, ...grid }: Grid, factor: Float32Array | undefined): Grid {
  return {
    ...grid,
    scale: scaledBy(scale, factor),
    ...(offset === undefined ? {} : { offset: scaledBy(offset, factor) }),
  };
}

function copyModel(
  liveModel: LiveModel,
  heads: readonly OutputHead[],
  inside: GraphCopyOptions,
): Promise<ModelsInTraining> {
  return liveModel.kind === 'layers'
    ? copyLayersModel(liveModel, heads, inside)
    : copyGraph(liveModel, heads, inside);
}

/** Sets up those weights that have a grid; where a size is to be filled, only the kernels that do so have a penalty. */
function guideKernels(
  { filling }: CompressionJob,
  { variables }: ModelsInTraining,
  { plan, grids }: TuningStart,
  penaltyFactor: tf.Variable | undefined,
): GuidedKernel[] {
  return [...variables].flatMap(([name, variable]) => {
    const grid = grids.get(name);
    if (grid === undefined) return [];
    const kernel = { name, variable, axes: plan.get(name)!.grid!.axes };
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
