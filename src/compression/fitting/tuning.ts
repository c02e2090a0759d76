import { createRandom, type NamedTensor, type RunControls } from '../../core/index.js';
import type { Augmentation } from '../../data/index.js';
import { type Engine, fuseBatchNorm, nestedLayers, tf } from '../../engine/index.js';
import { headKind, inputTensors, measure, type OutputHead } from '../../metrics/index.js';
import { findWeights, toLayersModel, type WeightInfo } from '../../model/index.js';
import type { Grid } from '../../quantize/index.js';
import {
  concreteInputs,
  headsOf,
  type LayersSubject,
  passOver,
  prepareForward,
  readingsOf,
  type Samples,
} from '../../session/index.js';
import {
  defaultLoss,
  disposeKernel,
  fineTune,
  gridOf,
  guideKernel,
  type LossName,
  outputsOf,
  predictOnGrid,
  type Trainee,
  type Training,
  variablesOf,
} from '../../train/index.js';
import { readWeights } from '../file/layer-weights.js';
import type { PlanByName } from '../file/rounding.js';
import { sizeControl, startingPrice } from './size-in-training.js';
import type { TuningOptions } from './tuning-options.js';

/** A fine-tuned model, off the engine. */
export interface Tuned {
  /** All weights, those with a grid on it. */
  readonly weights: readonly NamedTensor[];
  readonly grids: ReadonlyMap<string, Grid>;
  readonly training: Training;
  readonly losses: readonly LossName[];
}

/** Samples of the held-out part that are scored after each epoch. */
const EPOCH_SAMPLES = 1000;

/** Fine-tunes a copy of the model toward `grids`; the float model teaches. */
export async function tune(
  subject: LayersSubject,
  plan: PlanByName,
  grids: ReadonlyMap<string, Grid>,
  samples: Samples,
  augmentations: readonly Augmentation[],
  engine: Engine,
  options: TuningOptions,
  { onProgress = () => {}, signal }: RunControls,
): Promise<Tuned> {
  const labelled = samples.training.dataset.labels.kind !== 'none';
  const heads = subject.heads.map((head) => taskHead(head, options.loss, samples));
  const losses = heads.map(({ activation }) => options.loss ?? defaultLoss(headKind(activation)));
  const student = await toLayersModel(subject.loaded);
  const infos = findWeights(student);
  const price = startingPrice(options);
  const trainee = createTrainee(subject, student, infos, plan, grids, price, samples, engine, heads);
  const undoFusing = fuseBatchNorm(student);
  const inputs = trainee.inputs;
  const outputs = readingsOf({ ...subject, heads });
  const { batchSize } = options;
  const steps = Math.max(1, Math.floor(samples.training.order.length / batchSize));
  const rest = steps * batchSize <= samples.training.order.length ? 'drop' : 'keep';
  const passes =
    options.epochs * Math.ceil(Math.min(EPOCH_SAMPLES, samples.validation.order.length) / batchSize);
  const float = prepareForward(engine, subject.predict, passes);
  const onGrid = prepareForward(engine, (xs) => predictOnGrid(trainee, xs), passes, variablesOf(trainee));
  const evaluate = async () => {
    const pass = passOver(samples.validation, samples.range, batchSize, {
      shuffle: createRandom(options.seed),
      limit: EPOCH_SAMPLES,
    });
    const { name, models } = await measure(
      [float.predict, onGrid.predict],
      pass,
      inputs,
      readingsOf(subject),
      signal,
    );
    const { value, agreement, sqnrDb } = models[1]!;
    // Without labels, the outputs say more of few samples than the decisions made of them.
    return value === null
      ? { name: 'agreement', value: agreement, score: sqnrDb ?? Number.POSITIVE_INFINITY }
      : { name, value, score: value };
  };
  try {
    const training = await fineTune(
      trainee,
      {
        steps,
        batches: (epoch) =>
          passOver(samples.training, samples.range, batchSize, {
            shuffle: createRandom(options.seed + 1 + epoch),
            rest,
            augment: { augmentations, random: createRandom(options.seed + 1 + epoch) },
            reuseArrays: true,
          }),
        plain: () =>
          passOver(samples.training, samples.range, batchSize, { shuffle: createRandom(options.seed), rest }),
        evaluate,
        size: sizeControl(subject, infos, price, trainee, plan, samples, options),
      },
      {
        forward: options.forward,
        losses,
        statistics: options.data === undefined ? 'frozen' : 'batch',
        teaching: options.data === undefined ? 'logits' : 'answers',
        distill: labelled ? options.distill : 1,
        temperature: options.temperature,
        units: await outputVariances(subject, samples, batchSize),
        epochs: options.epochs,
        precision: options.precision,
        learningRate: options.learningRate,
        strength: options.strength,
        maxMs: options.maxTime === undefined ? undefined : options.maxTime * 1000,
        outputs,
        onProgress,
        signal,
      },
    );
    return {
      weights: readWeights(infos),
      grids: new Map(trainee.kernels.map((kernel) => [kernel.name, gridOf(kernel)])),
      training,
      losses,
    };
  } finally {
    float.dispose();
    onGrid.dispose();
    undoFusing();
    trainee.kernels.forEach(disposeKernel);
    price?.dispose();
    student.dispose();
  }
}

/** A linear output beside class labels, or under a cross-entropy, holds logits. */
function taskHead(head: OutputHead, loss: LossName | undefined, { training }: Samples): OutputHead {
  const classes = training.dataset.labels.kind === 'classes' && loss === undefined;
  const logits = headKind(head.activation) === 'linear' && (classes || loss === 'crossentropy');
  return logits ? { activation: 'logits', layer: null } : head;
}

function createTrainee(
  subject: LayersSubject,
  student: tf.LayersModel,
  infos: readonly WeightInfo[],
  plan: PlanByName,
  grids: ReadonlyMap<string, Grid>,
  price: tf.Variable | undefined,
  samples: Samples,
  engine: Engine,
  teacherHeads: readonly OutputHead[],
): Trainee {
  const layers = nestedLayers(student);
  // What was frozen to train a new head learns here too: every weight has to make up for the grid.
  for (const layer of layers) layer.trainable = true;
  const kernels = infos.flatMap(({ name, variable }) => {
    const grid = grids.get(name);
    return grid === undefined ? [] : [guideKernel(name, variable, plan.get(name)!.axes, grid, price)];
  });
  const own = headsOf(student);
  return {
    engine,
    student,
    teacher: subject.model,
    kernels,
    layers,
    inputs: concreteInputs(subject, samples.training),
    studentHeads: teacherHeads.map((head, index) => (head.activation === 'logits' ? head : own[index]!)),
    teacherHeads,
  };
}

/** The variance of each of the float model's outputs: the unit in which errors of plain values are counted. */
async function outputVariances(
  subject: LayersSubject,
  samples: Samples,
  batchSize: number,
): Promise<number[]> {
  const inputs = concreteInputs(subject, samples.training);
  for await (const batch of passOver(samples.training, samples.range, batchSize, { limit: batchSize })) {
    const variances = tf.tidy(() =>
      outputsOf(subject.model, inputTensors(batch, { inputs }), false).map(
        (output) => tf.moments(output).variance,
      ),
    );
    const values = await Promise.all(variances.map(async (variance) => (await variance.data())[0]!));
    tf.dispose(variances);
    return values.map((variance) => (variance > 0 ? variance : 1));
  }
  return subject.heads.map(() => 1);
}
