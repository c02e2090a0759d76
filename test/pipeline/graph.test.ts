import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createRandom } from '../../src/core/index.js';
import { exportModel, inspect } from '../../src/index.js';
import { fusedAttributes } from '../compression/live-graph.js';
import { npzBytes } from '../data/array-bytes.js';
import * as tf from '../tf.js';
import { analyze, compress } from '../validated.js';
import { withFolder } from './digits.js';
import { operation, placeholder, saveGraphModel } from './graph-folder.js';
import { packedIn } from './packed-graph.js';

const IN = 32;
const OUT = 24;
const random = createRandom(2);
const kernel = Float32Array.from({ length: IN * OUT }, () => random.normal());
const bias = Float32Array.from({ length: OUT }, () => random.normal());
const float = { T: { type: 'DT_FLOAT' } };
const shape = (...sizes: number[]) => ({ shape: { dim: sizes.map((size) => ({ size: String(size) })) } });

/** x [n, 32] times a constant kernel, plus a constant bias. */
const graph = {
  format: 'graph-model',
  modelTopology: {
    node: [
      { name: 'x', op: 'Placeholder', attr: { dtype: { type: 'DT_FLOAT' }, shape: shape(-1, IN) } },
      { name: 'kernel', op: 'Const', attr: { dtype: { type: 'DT_FLOAT' } } },
      { name: 'bias', op: 'Const', attr: { dtype: { type: 'DT_FLOAT' } } },
      { name: 'product', op: 'MatMul', input: ['x', 'kernel'], attr: float },
      { name: 'y', op: 'BiasAdd', input: ['product', 'bias'], attr: float },
    ],
    versions: { producer: 1 },
  },
  weightsManifest: [
    {
      paths: ['weights.bin'],
      weights: [
        { name: 'kernel', shape: [IN, OUT], dtype: 'float32' },
        { name: 'bias', shape: [OUT], dtype: 'float32' },
      ],
    },
  ],
};

async function saveGraph(folder: string): Promise<string> {
  await writeFile(join(folder, 'model.json'), JSON.stringify(graph));
  await writeFile(
    join(folder, 'weights.bin'),
    Buffer.concat([Buffer.from(kernel.buffer), Buffer.from(bias.buffer)]),
  );
  return folder;
}

/** SQNR in dB of the product alone, by its definition. */
function productSqnr(packed: Float32Array, x: Float32Array): number {
  let signal = 0;
  let noise = 0;
  for (let row = 0; row < x.length / IN; row++) {
    for (let column = 0; column < OUT; column++) {
      let exact = 0;
      let error = 0;
      for (let i = 0; i < IN; i++) {
        exact += x[row * IN + i]! * kernel[i * OUT + column]!;
        error += x[row * IN + i]! * (kernel[i * OUT + column]! - packed[i * OUT + column]!);
      }
      signal += exact ** 2;
      noise += error ** 2;
    }
  }
  return 10 * Math.log10(signal / noise);
}

const FEW = 4;
const mix = Float32Array.from({ length: FEW * IN }, () => random.normal());

/** Rows of numbers that hang together, so that errors of weights can make up for each other. */
function related(count: number): Float32Array {
  const rows = new Float32Array(count * IN);
  for (let row = 0; row < count; row++) {
    const own = Array.from({ length: FEW }, () => random.normal());
    for (let i = 0; i < IN; i++)
      rows[row * IN + i] = own.reduce((sum, value, k) => sum + value * mix[k * IN + i]!, 0);
  }
  return rows;
}

/** Mean squared error of a packed graph's outputs. */
function errorOf(packed: tf.GraphModel, x: Float32Array): number {
  const inputs = tf.tensor2d(x, [x.length / IN, IN]);
  const exact = tf.add(tf.matMul(inputs, tf.tensor2d(kernel, [IN, OUT])), tf.tensor1d(bias));
  const own = packed.predict(inputs) as tf.Tensor;
  return tf.mean(tf.squaredDifference(own, exact)).dataSync()[0]!;
}

describe('a GraphModel', () => {
  it('is compressed without data by rounding its kernels, says so, and is loaded, inspected and exported', () =>
    withFolder(async (folder) => {
      const model = await saveGraph(folder);
      const output = join(folder, 'out');
      const { report } = await compress({ model, bits: 4, epochs: 2, engine: 'embedded', output });
      assert.match(
        report.notes.join('\n'),
        /without data the kernels of this GraphModel are .* biases alone/,
      );
      const row = report.layers.find(({ name }) => name === 'kernel')!;
      assert.equal(row.kind, 'MatMul');
      assert.equal(row.bits, 4);

      const packed = await packedIn(output);
      const stored = (packed.weights.kernel![0] as tf.Tensor).dataSync() as Float32Array;
      const x = Float32Array.from({ length: 200 * IN }, () => random.normal());
      assert.ok(
        Math.abs(productSqnr(stored, x) - row.outputSqnrDb!) < 1,
        'the output SQNR of other inputs is near',
      );

      const inspected = await inspect({ model: join(output, 'model.qgt') });
      assert.equal(inspected.weights.find(({ name }) => name === 'kernel')!.bytes, row.packedBytes);
      const { output: web } = await exportModel({
        model: join(output, 'model.qgt'),
        to: 'tfjs',
        output: join(folder, 'web'),
      });
      const json = JSON.parse(await readFile(join(web, 'model.json'), 'utf8'));
      assert.equal(json.format, 'graph-model');
    }));

  it('is trained on data: nearer to the float graph than rounded, on other inputs too', () =>
    withFolder(async (folder) => {
      const model = await saveGraph(folder);
      const data = join(folder, 'x.npz');
      await writeFile(data, npzBytes({ x: [related(300), [300, IN]] }));
      const others = related(100);
      const errors: number[] = [];
      for (const epochs of [0, 12]) {
        const output = join(folder, `out-${epochs}`);
        const { report } = await compress({
          model,
          bits: 2,
          data,
          epochs,
          batchSize: 16,
          engine: 'embedded',
          output,
        });
        assert.equal(report.training?.epochsDone ?? 0, epochs);
        const packed = await packedIn(output);
        errors.push(errorOf(packed, others));
      }
      assert.ok(errors[1]! < 0.8 * errors[0]!, `${errors[1]}, rounded ${errors[0]}`);
    }));

  it('with a filter bank that is there twice has it once after training too', () =>
    withFolder(async (folder) => {
      const nodes = [
        placeholder('x', [-1, IN]),
        operation('MatMul', 'low', ['x', 'bank']),
        operation('MatMul', 'mixed', ['x', 'mix']),
        operation('MatMul', 'high', ['mixed', 'again']),
        operation('AddV2', 'y', ['low', 'high']),
      ];
      const constants = [
        { name: 'bank', shape: [IN, OUT], values: kernel },
        {
          name: 'mix',
          shape: [IN, IN],
          values: Float32Array.from({ length: IN * IN }, () => random.normal()),
        },
        { name: 'again', shape: [IN, OUT], values: kernel },
      ];
      const model = await saveGraphModel(folder, nodes, constants);
      const data = join(folder, 'x.npz');
      await writeFile(data, npzBytes({ x: [related(300), [300, IN]] }));
      const output = join(folder, 'out');
      const given = { model, bits: 2, uniform: true, data, batchSize: 16, engine: 'embedded' } as const;
      const { report } = await compress({ ...given, epochs: 12, output });
      assert.equal(report.training?.epochsDone, 12);
      const [bank, , again] = report.layers;
      assert.ok(bank!.residual! > 0);
      assert.equal(again!.residual, bank!.residual);
      assert.equal(again!.packedBytes, 0);
      const packed = await packedIn(output);
      const [one, other] = ['bank', 'again'].map((name) => packed.weights[name]![0]!.dataSync());
      assert.deepEqual(other, one);
    }));

  it('without data: what rounding moves on average is taken up by the biases', () =>
    withFolder(async (folder) => {
      // What comes in is 3 on average, so that the errors of a channel's weights move its product that many times.
      const nodes = [
        placeholder('x', [-1, IN]),
        operation('AddV2', 'raised', ['x', 'three']),
        operation('MatMul', 'product', ['raised', 'kernel']),
        operation('BiasAdd', 'y', ['product', 'bias']),
      ];
      const constants = [
        { name: 'three', shape: [], values: Float32Array.of(3) },
        { name: 'kernel', shape: [IN, OUT], values: kernel },
        { name: 'bias', shape: [OUT], values: bias },
      ];
      const model = await saveGraphModel(folder, nodes, constants);
      const given = { model, bits: 2, uniform: true, engine: 'embedded' } as const;
      const inputs = tf.tensor2d(related(200), [200, IN]);
      const raised = tf.add(inputs, 3);
      const exact = tf.add(tf.matMul(raised, tf.tensor2d(kernel, [IN, OUT])), tf.tensor1d(bias));
      const errors: number[] = [];
      for (const epochs of [0, 40]) {
        const output = join(folder, `out-${epochs}`);
        const { report } = await compress({ ...given, epochs, learningRate: 0.2, output });
        if (epochs > 0) assert.match(report.notes.join(), /trained weights were kept/);
        const packed = await packedIn(output);
        errors.push(tf.mean(tf.squaredDifference(packed.predict(inputs) as tf.Tensor, exact)).dataSync()[0]!);
      }
      assert.ok(errors[1]! < 0.8 * errors[0]!, `${errors[1]}, rounded ${errors[0]}`);
    }));

  it('without data: nothing is trained where the only bias is to stay as it is', () =>
    withFolder(async (folder) => {
      const nodes = [
        placeholder('x', [-1, IN]),
        operation('_FusedMatMul', 'pinned', ['x', 'kernel', 'bias'], fusedAttributes(['BiasAdd'])),
        operation('MatMul', 'y', ['pinned', 'last']),
      ];
      const constants = [
        { name: 'kernel', shape: [IN, OUT], values: kernel },
        { name: 'bias', shape: [OUT], values: bias },
        { name: 'last', shape: [OUT, IN], values: kernel },
      ];
      const model = await saveGraphModel(folder, nodes, constants);
      const output = join(folder, 'out');
      const given = { model, bits: 3, epochs: 2, uniform: true, engine: 'embedded', output } as const;
      const { report } = await compress({ ...given, layer: ['pinned=float'] });
      assert.deepEqual(
        report.layers.filter(({ name }) => name !== 'bias').map(({ bits }) => bits),
        [32, 3],
      );
      const packed = await packedIn(output);
      assert.deepEqual(packed.weights.bias![0]!.dataSync(), bias);
    }));

  it('none of whose kernels a gradient reaches is rounded, and a note says what it ends at', () =>
    withFolder(async (folder) => {
      const nodes = [
        placeholder('x', [-1, IN]),
        operation('MatMul', 'product', ['x', 'kernel']),
        operation('ArgMax', 'y', ['product', 'last'], { output_type: { type: 'DT_INT32' } }),
      ];
      const constants = [
        { name: 'kernel', shape: [IN, OUT], values: kernel },
        { name: 'last', shape: [], values: Int32Array.of(1) },
      ];
      const model = await saveGraphModel(folder, nodes, constants);
      const data = { xs: related(40) };
      const [trained, rounded] = [join(folder, 'trained'), join(folder, 'rounded')];
      const common = { model, data, bits: 4, engine: 'embedded' } as const;
      const { report } = await compress({ ...common, epochs: 2, output: trained });
      assert.match(
        report.notes.join('\n'),
        /no gradient leads back past ArgMax to a kernel of this GraphModel/,
      );
      assert.doesNotMatch(report.notes.join('\n'), /the float model taught/);
      assert.equal(report.training, null);
      await compress({ ...common, epochs: 0, output: rounded });
      const [one, other] = [trained, rounded].map((each) => readFile(join(each, 'model.qgt')));
      assert.deepEqual(await one, await other);
    }));

  it('whose outputs come out of a loop is trained on what lies before that', () =>
    withFolder(async (folder) => {
      const nodes = [
        placeholder('x', [-1, IN]),
        operation('MatMul', 'product', ['x', 'kernel']),
        operation('BiasAdd', 'biased', ['product', 'bias']),
        operation('Greater', 'isLarge', ['biased', 'limit']),
        operation('Where', 'places', ['isLarge']),
      ];
      const constants = [
        { name: 'kernel', shape: [IN, OUT], values: kernel },
        { name: 'bias', shape: [OUT], values: bias },
        { name: 'limit', shape: [], values: Float32Array.of(0) },
      ];
      const model = await saveGraphModel(folder, nodes, constants);
      const data = join(folder, 'x.npz');
      await writeFile(data, npzBytes({ x: [related(80), [80, IN]] }));
      const others = tf.tensor2d(related(100), [100, IN]);
      const before = (graph: tf.GraphModel) => graph.execute(others, 'biased') as tf.Tensor;
      const exact = tf.add(tf.matMul(others, tf.tensor2d(kernel, [IN, OUT])), tf.tensor1d(bias));
      const errors: number[] = [];
      for (const epochs of [0, 6]) {
        const output = join(folder, `out-${epochs}`);
        const given = {
          model,
          bits: 2,
          data,
          epochs,
          batchSize: 8,
          learningRate: 0.005,
          engine: 'embedded',
          output,
        } as const;
        const { report } = await compress(given);
        assert.equal(report.training?.epochsDone ?? 0, epochs);
        const packed = await packedIn(output);
        assert.ok(packed.modelSignature !== null);
        errors.push(tf.mean(tf.squaredDifference(before(packed), exact)).dataSync()[0]!);
      }
      assert.ok(errors[1]! < 0.8 * errors[0]!, `${errors[1]}, rounded ${errors[0]}`);
    }));

  it('is analyzed, and nothing is written', () =>
    withFolder(async (folder) => {
      const { report, files } = await analyze({
        model: await saveGraph(folder),
        bits: 2,
        engine: 'embedded',
      });
      assert.deepEqual(files, []);
      assert.equal(report.output, null);
      assert.ok(report.layers.find(({ name }) => name === 'kernel')!.outputSqnrDb! > 3);
    }));
});
