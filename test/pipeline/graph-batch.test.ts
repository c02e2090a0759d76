import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { createRandom, QgtError } from '../../src/core/index.js';
import { loadQgt } from '../../src/index.js';
import { readModel, toGraphModel } from '../../src/model/index.js';
import { type LiveModel, openModel } from '../../src/session/index.js';
import { startCpu } from '../cpu-engine.js';
import * as tf from '../tf.js';
import { analyze, compress } from '../validated.js';
import { withFolder } from './digits.js';
import { type Constant, type Node, operation, placeholder, saveGraphModel } from './graph-folder.js';

const IN = 32;
const OUT = 24;
const random = createRandom(4);
const normal = (size: number) => Float32Array.from({ length: size }, () => random.normal());
const ints = (name: string, ...values: number[]): Constant => ({
  name,
  shape: [values.length],
  values: Int32Array.from(values),
});
const kernel: Constant = { name: 'kernel', shape: [IN, OUT], values: normal(IN * OUT) };
const product = operation('MatMul', 'product', ['x', 'kernel']);

/** The declared shape of an output, as a signature has it. */
const signature = (name: string, sizes: readonly number[]) => ({
  outputs: {
    [name]: { name: `${name}:0`, tensorShape: { dim: sizes.map((size) => ({ size: `${size}` })) } },
  },
});

/** What stock tfjs makes of each sample by itself, one list of values per output. */
async function oneByOne(
  model: tf.GraphModel,
  samples: readonly tf.Tensor[][],
  how: 'execute' | 'executeAsync',
): Promise<number[][]> {
  const found: number[][] = model.outputs.map(() => []);
  for (const inputs of samples) {
    const named = Object.fromEntries(model.inputs.map(({ name }, index) => [name, inputs[index]!]));
    const outputs = [await model[how](named)].flat();
    for (const [index, output] of outputs.entries()) found[index]!.push(...output.dataSync());
  }
  return found;
}

const valuesOf = (outputs: readonly tf.Tensor[]) => outputs.map((output) => [...output.dataSync()]);

const CASES: readonly [
  title: string,
  nodes: Node[],
  constants: Constant[],
  batch: number,
  signature?: unknown,
][] = [
  [
    'a batch of 1 in placeholder and Reshape',
    [placeholder('x', [1, IN]), product, operation('Reshape', 'y', ['product', 'shape'])],
    [kernel, ints('shape', 1, 6, 4)],
    1,
  ],
  [
    'a batch of 1 in a Reshape alone',
    [placeholder('x', [-1, IN]), product, operation('Reshape', 'y', ['product', 'shape'])],
    [kernel, ints('shape', 1, OUT)],
    1,
  ],
  ['a batch of 3', [placeholder('x', [3, IN]), product], [kernel], 3, signature('product', [3, OUT])],
];

describe('a GraphModel that demands a batch of one size', () => {
  before(async () => void (await startCpu()));

  for (const [title, nodes, constants, batch, said] of CASES)
    for (const count of [1, 7])
      it(`${title} gives ${count} samples what stock tfjs gives them one by one`, () =>
        withFolder(async (folder) => {
          const loaded = await readModel(await saveGraphModel(folder, nodes, constants, { signature: said }));
          const live = await openModel(loaded);
          assert.equal(live.batch, batch);
          const rows = Array.from({ length: count }, () => normal(IN));
          const stock = await toGraphModel(loaded);
          const fitting = (row: Float32Array) => tf.tile(tf.tensor(row, [1, IN]), [batch, 1]);
          const [expected] = await oneByOne(
            stock,
            rows.map((row) => [fitting(row)]),
            'execute',
          );
          // Of a batch with copies of one sample the first counts.
          const first = Array.from({ length: count }, (_, index) =>
            expected!.slice(index * batch * OUT, index * batch * OUT + OUT),
          ).flat();
          const tensors = tf.memory().numTensors;
          const x = tf.tensor(Float32Array.from(rows.flatMap((row) => [...row])), [count, IN]);
          const outputs = await live.predict([x]);
          assert.equal(outputs[0]!.shape[0], count);
          assert.deepEqual(valuesOf(outputs), [first]);
          tf.dispose([x, ...outputs]);
          assert.equal(tf.memory().numTensors, tensors);
        }));

  it('a number and a switch beside it are given with each sample', () =>
    withFolder(async (folder) => {
      const nodes = [
        placeholder('x', [1, IN]),
        placeholder('by', []),
        placeholder('on', [1], 'bool'),
        product,
        operation('Mul', 'scaled', ['product', 'by']),
        operation('Select', 'y', ['on', 'scaled', 'product']),
      ];
      const live = await openModel(await readModel(await saveGraphModel(folder, nodes, [kernel])));
      assert.deepEqual(
        live.inputs.map(({ shape, dtype }) => [shape, dtype]),
        [
          [[IN], 'float32'],
          [[], 'float32'],
          [[], 'int32'],
        ],
      );
      const x = tf.tensor(normal(2 * IN), [2, IN]);
      const [y] = await live.predict([x, tf.tensor1d([3, 5]), tf.tensor1d([1, 0], 'int32')]);
      const whole = tf.matMul(x, tf.tensor(kernel.values, [IN, OUT]));
      const expected = tf.mul(whole, tf.tensor2d([[3], [1]]));
      assert.ok(tf.max(tf.abs(tf.sub(y!, expected))).dataSync()[0]! < 1e-4);
    }));

  it('is compressed and analyzed', () =>
    withFolder(async (folder) => {
      const [, nodes, constants] = CASES[0]!;
      const model = await saveGraphModel(folder, nodes, constants);
      const output = join(folder, 'out');
      const { report } = await compress({ model, bits: 4, engine: 'embedded', output });
      assert.ok(report.metric!.after > 0.9);
      assert.ok(report.layers.find(({ name }) => name === 'kernel')!.outputSqnrDb! > 15);
      const analysis = await analyze({ model, bits: 4, engine: 'embedded' });
      assert.ok(Math.abs(analysis.report.metric!.after - report.metric!.after) < 0.05);
      const auto = await compress({
        model,
        bits: 'auto',
        maxBytes: 2000,
        engine: 'embedded',
        output: `${output}2`,
      });
      assert.ok(auto.report.totals.bytesAfter <= 2000);
    }));
});

const branch = (name: string, op: string) => ({
  signature: {
    name,
    inputArg: [{ name: 'a', type: 'DT_FLOAT' }],
    outputArg: [{ name: 'b', type: 'DT_FLOAT' }],
  },
  nodeDef: [operation(op, 'c', ['a'])],
  ret: { b: 'c:y:0' },
});
const library = { function: [branch('rise', 'Exp'), branch('fall', 'Neg')] };

/** y is the product, or what it is by `rise`, `fall`; found are the places of positive values in it. */
const flowing: readonly Node[] = [
  placeholder('x', [1, IN]),
  product,
  operation('Max', 'most', ['product', 'axes']),
  operation('Greater', 'high', ['most', 'limit']),
  operation('If', 'y', ['high', 'product'], {
    then_branch: { func: { name: 'rise' } },
    else_branch: { func: { name: 'fall' } },
  }),
  operation('Greater', 'positive', ['product', 'limit']),
  operation('Where', 'found', ['positive']),
];
const constants: readonly Constant[] = [
  kernel,
  ints('axes', 0, 1),
  { name: 'limit', shape: [], values: Float32Array.of(8) },
];

describe('a GraphModel with control flow and sizes that depend on values', () => {
  before(async () => void (await startCpu()));

  it('is run by awaiting it, as stock tfjs does one by one; an output that changes its size has no values', () =>
    withFolder(async (folder) => {
      const loaded = await readModel(await saveGraphModel(folder, flowing, constants, { library }));
      const live = (await openModel(loaded)) as Extract<LiveModel, { kind: 'graph' }>;
      assert.equal(live.step, null);
      const samples = Array.from({ length: 6 }, () => tf.tensor(normal(IN), [1, IN]));
      const expected = await oneByOne(
        live.model,
        samples.map((each) => [each]),
        'executeAsync',
      );
      const at = (name: string) => live.outputs.findIndex((output) => output.name === name);
      const outputs = await live.predict([tf.concat(samples)]);
      assert.deepEqual([...outputs[at('y')]!.dataSync()], expected[at('y')]);
      assert.equal(outputs[at('found')]!.size, 0);
    }));

  it('is compressed and analyzed with the figures that can be measured, and says which cannot', () =>
    withFolder(async (folder) => {
      const model = await saveGraphModel(folder, flowing, constants, { library });
      const output = join(folder, 'out');
      const inputs = { model, bits: 8, engine: 'embedded' } as const;
      for (const { report } of [await compress({ ...inputs, output }), await analyze(inputs)]) {
        assert.deepEqual(
          report.metric!.outputs.map((each) => each.output),
          ['y'],
        );
        assert.match(report.notes.join('\n'), /not measured: found, whose size changes/);
      }
      const bytes = new Uint8Array(await readFile(join(output, 'model.qgt')));
      const packed = (await loadQgt(bytes, { tf, kind: 'graph' })) as tf.GraphModel;
      assert.ok(packed.weights.kernel !== undefined);
    }));

  it('is compressed and analyzed without any figure where no output keeps its size; widths are not chosen', () =>
    withFolder(async (folder) => {
      const nodes = flowing.filter(({ name }) => !['y', 'high', 'most'].includes(name));
      const model = await saveGraphModel(
        folder,
        nodes,
        constants.filter(({ name }) => name !== 'axes'),
      );
      const output = join(folder, 'out');
      const inputs = { model, bits: 8, engine: 'embedded' } as const;
      for (const { report } of [await compress({ ...inputs, output }), await analyze(inputs)]) {
        assert.equal(report.metric, null);
        assert.match(report.notes.join('\n'), /not measured: found, whose size changes/);
      }
      await assert.rejects(
        compress({ ...inputs, bits: 'auto', maxBytes: 2000, output: `${output}2` }),
        (error) => error instanceof QgtError && /sizes of its outputs change.*--bits 8/.test(error.message),
      );
    }));
});

describe('outputs that are not numbers', () => {
  it('are an error that names the output and the model', () =>
    withFolder(async (folder) => {
      const nodes = [placeholder('x', [-1, IN]), product, operation('Log', 'y', ['product'])];
      const model = await saveGraphModel(folder, nodes, [kernel]);
      for (const run of [compress, analyze])
        await assert.rejects(
          run({ model, bits: 8, engine: 'embedded', output: join(folder, 'out') }),
          (error) =>
            error instanceof QgtError &&
            error.code === 'non-finite' &&
            /output y of the float model/.test(error.message),
        );
    }));
});
