import { fuseBatchNorm, nestedLayers, tf } from '../../engine/index.js';
import { headKind, type OutputHead } from '../../metrics/index.js';
import { findWeights, type LayersWeight, toLayersModel } from '../../model/index.js';
import type { Grid } from '../../quantize/index.js';
import { headsOf, type LayersSubject, resolvedInputs, type Samples } from '../../session/index.js';
import {
  disposeKernel,
  FIRST_PRICE,
  type GuidedKernel,
  guideKernel,
  type LossName,
  type Trainee,
} from '../../train/index.js';
import type { PlanByName } from '../file/rounding.js';
import type { CompressionJob } from './job.js';
import type { TuningOptions } from './tuning-options.js';

/** Where a fine-tuning begins. */
export interface TuningStart {
  /** The model that teaches; a copy that has the weights of its `loaded` learns. */
  readonly subject: LayersSubject;
  readonly plan: PlanByName;
  /** By kernel. */
  readonly grids: ReadonlyMap<string, Grid>;
}

/** The copy of a model that learns, on the engine; disposed of when it was trained. */
export interface Student {
  readonly trainee: Trainee;
  /** Its weights, in the order of the model's. */
  readonly infos: readonly LayersWeight[];
  /** Of a bit; undefined where bits cost nothing. */
  readonly price: tf.Variable | undefined;
  dispose(): void;
}

/** Copies a model, with its kernels on their way to their grids. */
export async function createStudent(
  { session, samples, options }: CompressionJob,
  start: TuningStart,
): Promise<Student> {
  const { subject } = start;
  const teacherHeads = subject.heads.map((head) => taskHead(head, options.loss, samples));
  const student = await toLayersModel(subject.loaded);
  const infos = findWeights(student);
  const price = startingPrice(options);
  const layers = nestedLayers(student);
  // What was frozen to train a new head learns here too: every weight has to make up for the grid.
  for (const layer of layers) layer.trainable = true;
  const kernels = guideKernels(infos, start, price);
  const own = headsOf(student);
  const trainee: Trainee = {
    engine: session.engine,
    student,
    teacher: subject.model,
    kernels,
    layers,
    inputs: resolvedInputs(subject, samples.training),
    studentHeads: teacherHeads.map((head, index) => (head.activation === 'logits' ? head : own[index]!)),
    teacherHeads,
  };
  const undoFusing = fuseBatchNorm(student);
  return {
    trainee,
    infos,
    price,
    dispose: () => {
      undoFusing();
      kernels.forEach(disposeKernel);
      price?.dispose();
      student.dispose();
    },
  };
}

/** Sets up those weights that have a grid. */
function guideKernels(
  infos: readonly LayersWeight[],
  { plan, grids }: TuningStart,
  price: tf.Variable | undefined,
): GuidedKernel[] {
  return infos.flatMap(({ name, variable }) => {
    const grid = grids.get(name);
    if (grid === undefined) return [];
    return [guideKernel({ name, weight: variable, axes: plan.get(name)!.axes }, grid, price)];
  });
}

/** The price of a bit to begin with; undefined where bits cost nothing. */
function startingPrice({ rate }: TuningOptions): tf.Variable | undefined {
  return rate === 0 ? undefined : tf.variable(tf.scalar(rate === 'auto' ? FIRST_PRICE : rate), false);
}

/** A linear output beside class labels, or under a cross-entropy, holds logits. */
function taskHead(head: OutputHead, loss: LossName | undefined, { training }: Samples): OutputHead {
  const classes = training.dataset.labels.kind === 'classes' && loss === undefined;
  const logits = headKind(head.activation) === 'linear' && (classes || loss === 'crossentropy');
  return logits ? { activation: 'logits', layer: null } : head;
}
