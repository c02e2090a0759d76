import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { channelLayout, createRandom } from '../../src/core/index.js';
import { type Engine, fuseBatchNorm, startEngine, tf, variableOf } from '../../src/engine/index.js';
import type { Batch } from '../../src/metrics/index.js';
import { fitGrid } from '../../src/quantize/index.js';
import { recalibrateBatchNorm } from '../../src/train/batch-norm-statistics.js';
import { type FineTuneOptions, fineTune, guideKernel, outputsOf } from '../../src/train/index.js';
import { layersStudent, layersTeacher } from '../../src/train/layers-models.js';
import { startCpu } from '../cpu-engine.js';
import { skipWithoutNative } from '../engine/native-available.js';
import { optionsOf, stepOptions } from '../options.js';
import { headOf } from '../output-heads.js';
import type { LayersTrainee } from './layers-trainee.js';

const { layers } = tf;
const BATCH = 16;
const WIDTH = 3;
const random = createRandom(8);
const symbolic = (value: unknown): tf.SymbolicTensor => value as tf.SymbolicTensor;

/** BatchNorm alone on each of two inputs: what it is called with is what comes in. */
function twice(): tf.LayersModel {
  const inputs = [tf.input({ shape: [WIDTH] }), tf.input({ shape: [WIDTH] })];
  const norm = layers.batchNormalization({ name: 'norm' });
  const outputs = inputs.map((input) => symbolic(norm.apply(input)));
  return tf.model({ inputs, outputs: symbolic(layers.concatenate().apply(outputs)) });
}

/** Values of one input in one batch, columns far from each other. */
const values = (mean: number, deviation: number): Float32Array =>
  Float32Array.from({ length: BATCH * WIDTH }, () => mean + deviation * random.normal());

function moments(rows: Float32Array): { readonly mean: number[]; readonly variance: number[] } {
  const columns = [0, 1, 2].map((column) => rows.filter((_, index) => index % WIDTH === column));
  const mean = columns.map((column) => column.reduce((sum, value) => sum + value, 0) / BATCH);
  const variance = columns.map(
    (column, at) => column.reduce((sum, value) => sum + (value - mean[at]!) ** 2, 0) / BATCH,
  );
  return { mean, variance };
}

const meanOf = (rows: readonly number[][]): number[] =>
  rows[0]!.map((_, column) => rows.reduce((sum, row) => sum + row[column]!, 0) / rows.length);

function assertNear(got: Iterable<number>, expected: readonly number[]): void {
  for (const [index, value] of [...got].entries())
    assert.ok(Math.abs(value - expected[index]!) <= 1e-4 * Math.abs(expected[index]!), `${value}`);
}

async function testStatistics(start: () => Promise<Engine>): Promise<void> {
  const engine = await start();
  const model = twice();
  const norm = model.layers.filter(({ name }) => name === 'norm');
  const undo = fuseBatchNorm(model);
  const batches = Array.from({ length: 7 }, (_, batch) => [values(batch, 1), values(10 - batch, 2 + batch)]);
  const left = batches.map((inputs) => inputs.map((rows) => tf.tensor2d(rows, [BATCH, WIDTH])));
  await recalibrateBatchNorm(
    engine,
    norm,
    (xs) => outputsOf(model, xs, true),
    async () => left.shift() ?? null,
  );
  undo();
  const calls = batches.flat().map(moments);
  const [, , mean, variance] = norm[0]!.getWeights();
  assertNear(mean!.dataSync(), meanOf(calls.map((call) => call.mean)));
  assertNear(variance!.dataSync(), meanOf(calls.map((call) => call.variance)));
}

describe('statistics estimated anew are the mean over all batches, and over all calls in each', () => {
  it('on the CPU', () => testStatistics(startCpu));
  it('on the embedded engine', () => testStatistics(() => startEngine('embedded')));
  it('on the native engine', async (t) => {
    const reason = await skipWithoutNative();
    if (reason) t.skip(reason);
    else await testStatistics(() => startEngine('native'));
  });
});

/** Two calls of one encoder with BatchNorm, on inputs that are distributed differently, and a sum of what it says of them. */
function siamese(): tf.LayersModel {
  const inputs = [tf.input({ shape: [WIDTH] }), tf.input({ shape: [WIDTH] })];
  const seeded = (seed: number) => tf.initializers.glorotNormal({ seed });
  const dense = layers.dense({ name: 'encode', units: 8, kernelInitializer: seeded(1) });
  const norm = layers.batchNormalization({ name: 'norm' });
  const encoded = inputs.map((input) =>
    symbolic(layers.reLU({}).apply(symbolic(norm.apply(symbolic(dense.apply(input)))))),
  );
  const both = symbolic(layers.concatenate().apply(encoded));
  return tf.model({
    inputs,
    outputs: symbolic(layers.dense({ name: 'end', units: 1, kernelInitializer: seeded(2) }).apply(both)),
  });
}

function traineeOf(engine: Engine): LayersTrainee {
  const [student, teacher] = [siamese(), siamese()];
  teacher.setWeights(student.getWeights());
  const named = (name: string) => student.layers.find((layer) => layer.name === name)!;
  const kernels = ['encode', 'end'].map((name) => {
    const variable = variableOf(named(name).weights[0]!);
    const grid = fitGrid(
      variable.dataSync() as Float32Array,
      channelLayout(variable.shape, [1]),
      Float32Array.from({ length: 256 }, (_, code) => code - 127.5),
    );
    return guideKernel({ name, variable, axes: [1] }, grid);
  });
  const input = { shape: [WIDTH], dtype: 'float32' as const };
  const head = headOf('linear', { shape: [1] });
  return {
    engine,
    student: layersStudent(student),
    teacher: layersTeacher(teacher),
    kernels,
    inputs: [input, input],
    studentHeads: [head],
    teacherHeads: [head],
  };
}

const options: FineTuneOptions = {
  ...optionsOf('compress'),
  ...stepOptions({ distill: 1, temperature: 1, precision: 'float32' }),
  epochs: 1,
  learningRate: 1e-6,
  guidance: 0,
  onProgress: () => {},
};

async function* unlike(): AsyncGenerator<Batch> {
  for (let batch = 0; batch < 6; batch++) yield { inputs: [values(0, 1), values(30, 5)], size: BATCH };
}

const data = { steps: 6, batches: unlike, plain: unlike };
const statisticsOf = ({ layers: all }: tf.LayersModel): number[][] =>
  all
    .find(({ name }) => name === 'norm')!
    .getWeights()
    .slice(2)
    .map((each) => [...each.dataSync()]);

describe('BatchNorm that is called twice', () => {
  let engine: Engine;
  before(async () => {
    engine = await startCpu();
  });

  it('is trained with the statistics that it will have: a student that is its teacher has no loss', async () => {
    const { trace } = await fineTune(traineeOf(engine), data, options);
    // By those of each batch, 30 in one input would be as 0 in the other, and the loss in the hundreds.
    assert.ok(trace[0]!.loss < 0.1, `${trace[0]!.loss}`);
  });

  it('keeps the statistics of the float model where they are better, and a note says so', async () => {
    const trainee = traineeOf(engine);
    const { notes } = await fineTune(trainee, data, options);
    assert.deepEqual(statisticsOf(trainee.student.model), statisticsOf(trainee.teacher.model));
    assert.match(
      notes.join('\n'),
      /BatchNorm keeps the float model's statistics: the loss is 0\.0\d+ with them, and /,
    );
  });

  it('gets those estimated anew where they are better', async () => {
    const trainee = traineeOf(engine);
    // Labels that the statistics of the data are right for, and those of the float model far off.
    const wanted = siamese();
    wanted.setWeights(trainee.student.model.getWeights());
    const norm = wanted.layers.find(({ name }) => name === 'norm')!;
    const [gamma, beta] = norm.getWeights();
    const encode = wanted.layers.find(({ name }) => name === 'encode')!;
    const sample = await unlike().next();
    const encoded = (sample.value as Batch).inputs.map(
      (rows) => encode.apply(tf.tensor2d(rows, [BATCH, WIDTH])) as tf.Tensor,
    );
    const perCall = encoded.map((each) => tf.moments(each, 0));
    const mean = tf.mean(tf.stack(perCall.map((each) => each.mean)), 0);
    const variance = tf.mean(tf.stack(perCall.map((each) => each.variance)), 0);
    norm.setWeights([gamma!, beta!, mean, variance]);
    async function* labelled(): AsyncGenerator<Batch> {
      for await (const batch of unlike()) {
        const xs = batch.inputs.map((rows) => tf.tensor2d(rows, [BATCH, WIDTH]));
        yield { ...batch, labels: [(wanted.predict(xs) as tf.Tensor).dataSync() as Float32Array] };
      }
    }
    const { notes } = await fineTune(
      trainee,
      { ...data, batches: labelled, plain: labelled },
      { ...options, distill: 0 },
    );
    assert.ok(!/keeps the float/.test(notes.join('\n')));
    const [got] = statisticsOf(trainee.student.model);
    for (const [index, value] of [...mean.dataSync()].entries())
      assert.ok(Math.abs(value - got![index]!) < 0.2 * Math.abs(value) + 0.5);
  });
});
