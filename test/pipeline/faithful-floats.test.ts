import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { createRandom } from '../../src/core/index.js';
import { startEngine } from '../../src/engine/index.js';
import * as tf from '../tf.js';
import { compress } from '../validated.js';
import { withFolder } from './digits.js';
import { saveArrays, saveModel } from './saved-model.js';
import { stockGraphModel, stockLayersModel } from './stock-export.js';

const { layers } = tf;
const COUNT = 400;
const random = createRandom(3);
const normals = (length: number) => Float32Array.from({ length }, () => random.normal());

before(() => startEngine('embedded'));

/** Gives a layers model weights of its own, such that outputs stay within a few units. */
function fill(model: tf.LayersModel): void {
  for (const weight of model.weights) {
    const shape = weight.shape as number[];
    if (shape.length < 2) continue;
    const size = shape.reduce((product, each) => product * each, 1);
    const values = normals(size).map((value) => value / Math.sqrt(shape[0]!));
    weight.write(tf.tensor(values, shape));
  }
}

function valuesOf(model: tf.LayersModel, name: string): Float32Array {
  const weight = model.weights.find(({ originalName }) => originalName === name);
  assert.ok(weight, `no ${name}`);
  return Float32Array.from(weight.read().dataSync());
}

/** The outputs of a model, row-major. */
function predict(model: tf.LayersModel | tf.GraphModel, x: Float32Array, width: number): Float32Array {
  return tf.tidy(() =>
    Float32Array.from((model.predict(tf.tensor2d(x, [x.length / width, width])) as tf.Tensor).dataSync()),
  );
}

/** Squared differences over the variance about the mean. */
function unexplained(wanted: Float32Array, got: Float32Array): number {
  const mean = wanted.reduce((sum, value) => sum + value, 0) / wanted.length;
  const error = wanted.reduce((sum, value, index) => sum + (value - got[index]!) ** 2, 0);
  return error / wanted.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}

describe('floats that would show in the outputs are not shortened', () => {
  for (const [what, options] of [
    ['8 bits', { layer: { '*': 8 } }],
    ['a layer in float', { layer: { '*': 8, hidden: 'float' } }],
    ['4 bits', { bits: 4 }],
  ] as const) {
    it(`the bias of an output far from 0, ${what}`, () =>
      withFolder(async (folder) => {
        const model = tf.sequential({
          layers: [
            layers.dense({ name: 'hidden', units: 32, activation: 'relu', inputShape: [12] }),
            layers.dense({ name: 'end', units: 1 }),
          ],
        });
        fill(model);
        const bias = model.weights.find(({ originalName }) => originalName === 'end/bias')!;
        bias.write(tf.tensor1d([1998.6]));
        const x = normals(COUNT * 12);
        const exact = predict(model, x, 12);
        const { files } = await compress({
          model: await saveModel(model, folder),
          data: await saveArrays(
            { x: { values: x, shape: [COUNT, 12] }, y: { values: exact, shape: [COUNT, 1] } },
            folder,
          ),
          epochs: 0,
          engine: 'embedded',
          output: join(folder, 'out'),
          ...options,
        });
        const packed = await stockLayersModel(files[0]!, join(folder, 'web'));
        assert.deepEqual([...valuesOf(packed, 'end/bias')], [Math.fround(1998.6)]);
        // Of bfloat16, 2000 in its place would be off by more than all of the variance.
        assert.ok(unexplained(exact, predict(packed, x, 12)) < (what === '4 bits' ? 0.02 : 1e-3));
      }));
  }

  it('BatchNorm on features with large means', () =>
    withFolder(async (folder) => {
      const means = [1998.6, 12000];
      const deviations = [8, 40];
      const model = tf.sequential({
        layers: [
          layers.batchNormalization({ name: 'scale', inputShape: [2] }),
          layers.dense({ name: 'hidden', units: 32, activation: 'relu' }),
          layers.dense({ name: 'end', units: 3 }),
        ],
      });
      fill(model);
      const set = (name: string, values: number[]) =>
        model.weights.find(({ originalName }) => originalName === name)!.write(tf.tensor1d(values));
      set('scale/moving_mean', means);
      set(
        'scale/moving_variance',
        deviations.map((each) => each ** 2),
      );
      const x = normals(COUNT * 2).map((value, index) => means[index % 2]! + deviations[index % 2]! * value);
      const exact = predict(model, x, 2);
      const { files, report } = await compress({
        model: await saveModel(model, folder),
        data: await saveArrays(
          { x: { values: x, shape: [COUNT, 2] }, y: { values: exact, shape: [COUNT, 3] } },
          folder,
        ),
        layer: { '*': 8 },
        epochs: 0,
        engine: 'embedded',
        output: join(folder, 'out'),
      });
      const packed = await stockLayersModel(files[0]!, join(folder, 'web'));
      assert.ok(unexplained(exact, predict(packed, x, 2)) < 1e-3);
      assert.match(report.notes.join('\n'), /floats with more bits than bfloat16, .*: those of .*scale/);
    }));

  it('a vector in the middle of a GraphModel', () =>
    withFolder(async (folder) => {
      const attr = { T: { type: 'DT_FLOAT' } };
      const constant = (name: string) => ({ name, op: 'Const', attr: { dtype: { type: 'DT_FLOAT' } } });
      const dim = (...sizes: number[]) => sizes.map((size) => ({ size: String(size) }));
      const node = [
        {
          name: 'x',
          op: 'Placeholder',
          attr: { dtype: { type: 'DT_FLOAT' }, shape: { shape: { dim: dim(-1, 16) } } },
        },
        ...['mean', 'kernel', 'bias', 'last', 'offset'].map(constant),
        { name: 'centred', op: 'Sub', input: ['x', 'mean'], attr },
        { name: 'product', op: 'MatMul', input: ['centred', 'kernel'], attr },
        { name: 'sum', op: 'BiasAdd', input: ['product', 'bias'], attr },
        { name: 'out', op: 'MatMul', input: ['sum', 'last'], attr },
        { name: 'y', op: 'BiasAdd', input: ['out', 'offset'], attr },
      ];
      const weights = [
        { name: 'mean', shape: [16], values: normals(16).map((value) => 1e4 + 100 * value) },
        { name: 'kernel', shape: [16, 24], values: normals(16 * 24) },
        { name: 'bias', shape: [24], values: normals(24) },
        { name: 'last', shape: [24, 20], values: normals(24 * 20) },
        { name: 'offset', shape: [20], values: normals(20).map((value) => 3000 + value) },
      ];
      const json = {
        format: 'graph-model',
        modelTopology: { node, versions: { producer: 1 } },
        weightsManifest: [
          {
            paths: ['weights.bin'],
            weights: weights.map(({ name, shape }) => ({ name, shape, dtype: 'float32' })),
          },
        ],
      };
      await writeFile(join(folder, 'model.json'), JSON.stringify(json));
      const bytes = Buffer.concat(weights.map(({ values }) => Buffer.from(values.buffer)));
      await writeFile(join(folder, 'weights.bin'), bytes);
      const stock = await tf.loadGraphModel(
        tf.io.fromMemory({
          modelTopology: json.modelTopology,
          weightSpecs: json.weightsManifest[0]!.weights as tf.io.WeightsManifestEntry[],
          weightData: Uint8Array.from(bytes).buffer,
        }),
      );
      const [mean] = weights;
      const x = normals(COUNT * 16).map((value, index) => mean!.values[index % 16]! + value);
      const { files } = await compress({
        model: folder,
        data: await saveArrays({ x: { values: x, shape: [COUNT, 16] } }, folder),
        bits: 4,
        epochs: 0,
        layer: { product: 'float' },
        engine: 'embedded',
        output: join(folder, 'out'),
      });
      const packed = await stockGraphModel(files[0]!, join(folder, 'web'));
      const constantOf = (model: tf.GraphModel, name: string) => [...model.weights[name]![0]!.dataSync()];
      // What is left in float, and what is added to the output, keep every bit.
      for (const name of ['kernel', 'bias', 'offset'])
        assert.deepEqual(constantOf(packed, name), constantOf(stock, name));
      const [exact, got] = [predict(stock, x, 16), predict(packed, x, 16)];
      for (let column = 0; column < 20; column++) {
        const of = (values: Float32Array) => values.filter((_, index) => index % 20 === column);
        assert.ok(unexplained(of(exact), of(got)) < 0.05, `column ${column}`);
      }
    }));
});

describe('a layer that is left in float', () => {
  it('keeps its kernel and its bias bit for bit while others are trained, and BatchNorm behind it', () =>
    withFolder(async (folder) => {
      const model = tf.sequential({
        layers: [
          layers.dense({ name: 'kept', units: 16, inputShape: [6] }),
          layers.batchNormalization({ name: 'norm', momentum: 0.5 }),
          layers.reLU({}),
          layers.dense({ name: 'other', units: 24 }),
          layers.batchNormalization({ name: 'folded', momentum: 0.5 }),
          layers.reLU({}),
          layers.dense({ name: 'end', units: 2 }),
        ],
      });
      fill(model);
      const bias = model.weights.find(({ originalName }) => originalName === 'kept/bias')!;
      bias.write(tf.tensor1d(normals(16)));
      const x = normals(COUNT * 6);
      // BatchNorm has to know the data as a trained one does, or training would only learn that.
      tf.tidy(() => {
        for (let pass = 0; pass < 20; pass++) model.apply(tf.tensor(x, [COUNT, 6]), { training: true });
      });
      const { files, report } = await compress({
        model: await saveModel(model, folder),
        data: await saveArrays(
          { x: { values: x, shape: [COUNT, 6] }, y: { values: predict(model, x, 6), shape: [COUNT, 2] } },
          folder,
        ),
        bits: 2,
        layer: { kept: 'float' },
        epochs: 20,
        engine: 'embedded',
        output: join(folder, 'out'),
      });
      const packed = await stockLayersModel(files[0]!, join(folder, 'web'));
      for (const name of ['kept/kernel', 'kept/bias'])
        assert.deepEqual(valuesOf(packed, name), valuesOf(model, name));
      assert.notEqual(report.training, null);
      assert.notDeepEqual(valuesOf(packed, 'norm/gamma'), valuesOf(model, 'norm/gamma'));
      assert.match(
        report.notes.join('\n'),
        /BatchNorm stays in norm: the layer before it is to stay in float/,
      );
      assert.ok(packed.layers.every(({ name }) => name !== 'folded'));
    }));
});
