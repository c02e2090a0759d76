import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { createRandom } from '../../src/core/index.js';
import { startEngine } from '../../src/engine/index.js';
import { openSamples } from '../../src/session/samples/open-samples.js';
import { syntheticInputs } from '../../src/session/samples/synthetic-inputs.js';
import { openSession } from '../../src/session/session.js';
import { npzBytes } from '../data/array-bytes.js';
import { withFolder } from '../pipeline/digits.js';
import { compress } from '../validated.js';

const WORDS = 20;
const STEPS = 16;
const WIDTH = 8;
const CLASSES = 4;
const COUNT = 200;

const random = createRandom(9);
const normals = (count: number) => Float32Array.from({ length: count }, () => random.normal());
const table = normals(WORDS * WIDTH);
const kernel = normals(STEPS * WIDTH * CLASSES);

const type = (name: string) => ({ type: name });
const shape = (...sizes: number[]) => ({ shape: { dim: sizes.map((size) => ({ size: String(size) })) } });
const sized = (name: string, dtype: string, ...sizes: number[]) => ({
  name: `${name}:0`,
  dtype,
  tensorShape: shape(...sizes).shape,
});
const constant = (name: string, dtype: string) => ({ name, op: 'Const', attr: { dtype: type(dtype) } });

/** softmax(table[tokens] . kernel), the mask being read but of no effect. */
const graph = {
  format: 'graph-model',
  signature: {
    inputs: { tokens: sized('tokens', 'DT_INT32', -1, STEPS), mask: sized('mask', 'DT_INT32', -1, STEPS) },
    outputs: { y: sized('y', 'DT_FLOAT', -1, CLASSES) },
  },
  modelTopology: {
    node: [
      { name: 'tokens', op: 'Placeholder', attr: { dtype: type('DT_INT32'), shape: shape(-1, STEPS) } },
      { name: 'mask', op: 'Placeholder', attr: { dtype: type('DT_INT32'), shape: shape(-1, STEPS) } },
      constant('table', 'DT_FLOAT'),
      constant('kernel', 'DT_FLOAT'),
      constant('axis', 'DT_INT32'),
      constant('sizes', 'DT_INT32'),
      constant('zero', 'DT_FLOAT'),
      constant('last', 'DT_INT32'),
      { name: 'same', op: 'Identity', input: ['tokens'], attr: { T: type('DT_INT32') } },
      { name: 'rows', op: 'GatherV2', input: ['table', 'same', 'axis'], attr: { Tparams: type('DT_FLOAT') } },
      { name: 'flat', op: 'Reshape', input: ['rows', 'sizes'], attr: { T: type('DT_FLOAT') } },
      { name: 'product', op: 'MatMul', input: ['flat', 'kernel'], attr: { T: type('DT_FLOAT') } },
      { name: 'real', op: 'Cast', input: ['mask'], attr: { SrcT: type('DT_INT32'), DstT: type('DT_FLOAT') } },
      { name: 'none', op: 'Mul', input: ['real', 'zero'], attr: { T: type('DT_FLOAT') } },
      {
        name: 'sum',
        op: 'Sum',
        input: ['none', 'last'],
        attr: { keep_dims: { b: true }, T: type('DT_FLOAT') },
      },
      { name: 'logits', op: 'AddV2', input: ['product', 'sum'], attr: { T: type('DT_FLOAT') } },
      { name: 'y', op: 'Softmax', input: ['logits'], attr: { T: type('DT_FLOAT') } },
    ],
    versions: { producer: 1 },
  },
  weightsManifest: [
    {
      paths: ['weights.bin'],
      weights: [
        { name: 'table', shape: [WORDS, WIDTH], dtype: 'float32' },
        { name: 'kernel', shape: [STEPS * WIDTH, CLASSES], dtype: 'float32' },
        { name: 'axis', shape: [], dtype: 'int32' },
        { name: 'sizes', shape: [2], dtype: 'int32' },
        { name: 'zero', shape: [], dtype: 'float32' },
        { name: 'last', shape: [1], dtype: 'int32' },
      ],
    },
  ],
};

async function saveGraph(folder: string): Promise<string> {
  const model = join(folder, 'model');
  await mkdir(model);
  await writeFile(join(model, 'model.json'), JSON.stringify(graph));
  const parts = [
    table,
    kernel,
    Int32Array.of(0),
    Int32Array.of(-1, STEPS * WIDTH),
    Float32Array.of(0),
    Int32Array.of(1),
  ];
  await writeFile(join(model, 'weights.bin'), Buffer.concat(parts.map(({ buffer }) => Buffer.from(buffer))));
  return model;
}

/** Classes by the definition of the model, in plain arithmetic. */
function classesOf(tokens: Uint8Array): Int32Array<ArrayBuffer> {
  return Int32Array.from({ length: tokens.length / STEPS }, (_, row) => {
    const logits = Array.from({ length: CLASSES }, (__, label) => {
      let sum = 0;
      for (let step = 0; step < STEPS; step++)
        for (let at = 0; at < WIDTH; at++)
          sum +=
            table[tokens[row * STEPS + step]! * WIDTH + at]! * kernel[(step * WIDTH + at) * CLASSES + label]!;
      return sum;
    });
    return logits.indexOf(Math.max(...logits));
  });
}

describe('a GraphModel that reads tokens', () => {
  before(async () => void (await startEngine('embedded')));

  it('is handed tokens of its vocabulary and masks where there is no data', () =>
    withFolder(async (folder) => {
      const model = await saveGraph(folder);
      const session = await openSession({ model, require: [], engine: 'embedded' }, () => {});
      const options = {
        purpose: 'measure',
        seed: 0,
        synthesis: { worth: 'noise' },
        onProgress: () => {},
      } as const;
      const samples = await openSamples(session, options);
      const { inputs, count } = samples.training.dataset;
      const read = await Promise.all(
        inputs.map((rows) => rows.read(Array.from({ length: count }, (_, at) => at))),
      );
      const names = session.liveModel.inputs.map(({ name }) => name);
      const valuesOf = (name: string) => [...new Set(read[names.indexOf(name)])].sort((a, b) => a - b);
      assert.deepEqual(
        valuesOf('tokens'),
        Array.from({ length: WORDS }, (_, token) => token),
      );
      assert.deepEqual(valuesOf('mask'), [0, 1]);
      await samples.close();
      session.liveModel.dispose();
      const { report } = await compress({ model, bits: 8, engine: 'embedded', output: join(folder, 'out') });
      assert.ok(report.metric!.after > 0.95);
    }));

  it('is right on bytes that are tokens, with a range given for all inputs and without', () =>
    withFolder(async (folder) => {
      const model = await saveGraph(folder);
      const tokens = Uint8Array.from({ length: COUNT * STEPS }, () => random.below(WORDS));
      const data = join(folder, 'data.npz');
      const mask = new Uint8Array(COUNT * STEPS).fill(1);
      const rows = [COUNT, STEPS];
      await writeFile(
        data,
        npzBytes({ tokens: [tokens, rows], mask: [mask, rows], y: [classesOf(tokens), [COUNT]] }),
      );
      for (const inputRange of [undefined, '0..1']) {
        const output = join(folder, `out ${inputRange}`);
        const { report } = await compress({ model, data, bits: 8, inputRange, engine: 'embedded', output });
        assert.equal(report.metric!.before, 1);
        assert.deepEqual(
          report.data.inputRanges!.map(({ range }) => range),
          ['as-is', 'as-is'],
        );
      }
    }));
});

describe('inputs of whole numbers without data', () => {
  it('are bytes where they are an image', () => {
    const image = { name: 'image', shape: [null, null, 3], dtype: 'int32' as const };
    const uses = [{ vocabulary: null, rescaling: null }];
    const [made] = syntheticInputs({ inputs: [image], uses }, []);
    const { shape, dtype, limit } = made!;
    assert.deepEqual({ shape, dtype, limit }, { shape: [64, 64, 3], dtype: 'int32', limit: null });
  });
});
