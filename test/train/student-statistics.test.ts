import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { channelLayout, createRandom } from '../../src/core/index.js';
import type { Engine } from '../../src/engine/engine.js';
import * as tf from '../../src/engine/tf.js';
import { variableOf } from '../../src/engine/weights.js';
import type { Batch } from '../../src/metrics/index.js';
import { fitGrid } from '../../src/quantize/index.js';
import type { Trainee } from '../../src/train/index.js';
import { fineTune, guideKernel } from '../../src/train/index.js';
import { layersStudent, layersTeacher } from '../../src/train/layers-models.js';
import { renewStatistics } from '../../src/train/student-statistics.js';
import { startCpu } from '../cpu-engine.js';
import { optionsOf, stepOptions } from '../options.js';
import { headOf } from '../output-heads.js';

const SIZE = 16;
const WIDTH = 2;

let engine: Engine;
before(async () => {
  engine = await startCpu();
});

/** Samples about a mean, and a spread, that rise from batch to batch; the first column tells the class. */
const batches: readonly Batch[] = Array.from({ length: 101 }, (_, index) => {
  const random = createRandom(index);
  const values = Float32Array.from(
    { length: SIZE * WIDTH },
    () => 5 + index / 50 + (2 + index / 100) * random.normal(),
  );
  const labels = Int32Array.from({ length: SIZE }, (_, row) => Number(values[row * WIDTH]! > 6));
  return { inputs: [values], labels, size: SIZE };
});

/** BatchNorm on the inputs, and a dense layer behind it. */
function model(): tf.LayersModel {
  return tf.sequential({
    layers: [
      tf.layers.batchNormalization({ inputShape: [WIDTH] }),
      tf.layers.dense({ units: 2, activation: 'softmax', kernelInitializer: 'ones' }),
    ],
  });
}

/** Mean over the first hundred batches of what `figure` gives for the values of a column. */
function meanOf(column: number, figure: (values: readonly number[]) => number): number {
  const figures = batches
    .slice(0, 100)
    .map(({ inputs }) => figure([...inputs[0]!].filter((_, index) => index % WIDTH === column)));
  return figures.reduce((sum, each) => sum + each, 0) / 100;
}

const mean = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;
const variance = (values: readonly number[]) =>
  values.reduce((sum, each) => sum + (each - mean(values)) ** 2, 0) / values.length;

it("BatchNorm's statistics after a training are the mean over a hundred batches, each counting alike", async () => {
  const [student, teacher] = [model(), model()];
  const [norm, dense] = student.layers;
  const variable = variableOf(dense!.weights[0]!);
  const kernel = variable.dataSync() as Float32Array;
  const grid = fitGrid(kernel, channelLayout([WIDTH, 2], [1]), Float32Array.of(-1.5, -0.5, 0.5, 1.5));
  const trainee = {
    ...{ engine, student: layersStudent(student), teacher: layersTeacher(teacher) },
    kernels: [guideKernel({ name: 'dense', variable, axes: [1] }, grid)],
    inputs: [{ shape: [WIDTH], dtype: 'float32' as const }],
    studentHeads: [headOf('softmax', { shape: [2], layer: dense! })],
    teacherHeads: [headOf('softmax', { shape: [2], layer: teacher.layers[1]! })],
  };
  const options = {
    ...optionsOf('compress'),
    ...stepOptions({ distill: 0, precision: 'float32' }),
    ...{ epochs: 2, learningRate: 0.1, guidance: 0.02, onProgress: () => {} },
  };
  const pass = async function* () {
    yield* batches;
  };
  await fineTune(trainee, { steps: 20, batches: pass, plain: pass }, options);
  const statistics = norm!
    .getWeights()
    .slice(-2)
    .map((each) => [...each.dataSync()]);
  for (const [column, value] of statistics[0]!.entries()) {
    const expected = meanOf(column, mean);
    assert.ok(Math.abs(value / expected - 1) < 1e-4, `mean ${value}, expected ${expected}`);
  }
  for (const [column, value] of statistics[1]!.entries()) {
    const expected = meanOf(column, variance);
    assert.ok(Math.abs(value / expected - 1) < 2e-3, `variance ${value}, expected ${expected}`);
  }
});

/** A student and its teacher, whose statistics, 0 and 1, give every sample the second class. */
function traineeOfSecondClass(): Trainee & { readonly norm: tf.layers.Layer } {
  const [student, teacher] = [model(), model()];
  const [norm, dense] = student.layers;
  for (const each of [dense!, teacher.layers[1]!])
    each.setWeights([tf.tensor2d([-3, 3, 0, 0], [2, 2]), tf.zeros([2])]);
  const inside = { ...headOf('linear', { shape: [WIDTH] }), layer: null, loss: 'mse' as const };
  return {
    ...{ engine, student: layersStudent(student, [norm!.name]), kernels: [], inside: 1, norm: norm! },
    teacher: layersTeacher(teacher, [teacher.layers[0]!.name]),
    inputs: [{ shape: [WIDTH], dtype: 'float32' }],
    studentHeads: [headOf('softmax', { shape: [2], layer: dense! }), inside],
    teacherHeads: [headOf('softmax', { shape: [2], layer: teacher.layers[1]! }), inside],
  };
}

const options = {
  ...optionsOf('compress'),
  ...stepOptions({
    distill: 0.1,
    precision: 'float32',
    units: [Float32Array.of(1), Float32Array.of(1e-6)],
  }),
  ...{ epochs: 1, learningRate: 0.1, guidance: 0.02, onProgress: () => {} },
};
const pass = async function* () {
  yield* batches;
};
const averageOf = (norm: tf.layers.Layer) => norm.getWeights().at(-2)!.dataSync()[0]!;

it('they are held against those of the float model by the outputs, not by values inside the model', async () => {
  const trainee = traineeOfSecondClass();
  assert.equal(await renewStatistics(trainee, pass, options), null);
  assert.ok(averageOf(trainee.norm) > 5, `${averageOf(trainee.norm)}`);
});

it('and by the weights of the classes', async () => {
  const trainee = traineeOfSecondClass();
  // Only the class counts that the float model's statistics give to all.
  const weightByClass = Float32Array.of(0, 1);
  assert.match(`${await renewStatistics(trainee, pass, { ...options, weightByClass })}`, /^BatchNorm keeps/);
  assert.equal(averageOf(trainee.norm), 0);
});

it('a loss that is no number is not the better one', async () => {
  for (const [floatMean, kept] of [
    [Number.NaN, /^null$/],
    [0, /^BatchNorm keeps .* the loss is [\d.]+ with them, and NaN with those estimated anew$/],
  ] as const) {
    const trainee = traineeOfSecondClass();
    trainee.teacher.layers[0]!.setWeights([
      ...[tf.ones([WIDTH]), tf.zeros([WIDTH])],
      ...[tf.fill([WIDTH], floatMean), tf.ones([WIDTH])],
    ]);
    const spoilt = async function* () {
      for (const [index, batch] of batches.entries())
        yield index === 50 && floatMean === 0
          ? { ...batch, inputs: [new Float32Array(SIZE * WIDTH).fill(Number.NaN)] }
          : batch;
    };
    assert.match(`${await renewStatistics(trainee, spoilt, { ...options, distill: 0 })}`, kept);
  }
});
