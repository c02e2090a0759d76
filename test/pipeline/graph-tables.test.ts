import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { createRandom } from '../../src/core/index.js';
import { diff, evaluate, exportModel, loadQgt } from '../../src/index.js';
import { readModel, toGraphModel } from '../../src/model/index.js';
import { unpackModel } from '../../src/pack/index.js';
import { startCpu } from '../cpu-engine.js';
import { npzBytes } from '../data/array-bytes.js';
import * as tf from '../tf.js';
import { compress } from '../validated.js';
import { withFolder } from './digits.js';
import { type Constant, operation, placeholder, saveGraphModel } from './graph-folder.js';

before(startCpu);

const IN = 16;
const OUT = 12;
const KEYS = [3, 7, 20];
/** None of them is a bfloat16. */
const CONTENTS = Float32Array.of(0.123456, 1.654321, -2.345678);

const random = createRandom(6);
const floats = (name: string, ...shape: number[]): Constant => ({
  name,
  shape,
  values: Float32Array.from({ length: shape.reduce((size, each) => size * each, 1) }, () => random.normal()),
});
const table = {
  name: 'table',
  op: 'HashTableV2',
  attr: { key_dtype: { type: 'DT_INT32' }, value_dtype: { type: 'DT_FLOAT' } },
};
const tableTypes = { Tin: { type: 'DT_INT32' }, Tout: { type: 'DT_FLOAT' } };
const info = (name: string, dtype: string, ...sizes: number[]) => ({
  name: `${name}:0`,
  dtype,
  tensorShape: { dim: sizes.map((size) => ({ size: `${size}` })) },
});
const metadata = {
  signature: {
    inputs: { features: info('x', 'DT_FLOAT', -1, IN), kind: info('kind', 'DT_INT32', -1, 1) },
    outputs: { answer: info('y', 'DT_FLOAT', -1, OUT) },
  },
  userDefinedMetadata: { author: 'someone', nested: { list: [1, 2] } },
  modelInitializer: {
    node: [
      table,
      { name: 'table/keys', op: 'Const', attr: { dtype: { type: 'DT_INT32' } } },
      { name: 'table/values', op: 'Const', attr: { dtype: { type: 'DT_FLOAT' } } },
      {
        name: 'table/fill',
        op: 'LookupTableImportV2',
        input: ['table', 'table/keys', 'table/values'],
        attr: tableTypes,
      },
    ],
    versions: { producer: 1 },
  },
};

/** y is x times a kernel, relu, times another, times the number that a table has for `kind`. */
async function saveWithTable(folder: string): Promise<string> {
  const nodes = [
    placeholder('x', [-1, IN]),
    placeholder('kind', [-1, 1], 'int32'),
    table,
    operation('MatMul', 'first', ['x', 'k1']),
    operation('BiasAdd', 'biased', ['first', 'b1']),
    operation('Relu', 'active', ['biased']),
    operation('MatMul', 'second', ['active', 'k2']),
    { name: 'found', op: 'LookupTableFindV2', input: ['table', 'kind', 'otherwise'], attr: tableTypes },
    // Stock tfjs gives a list, whatever the shape of the keys.
    operation('Reshape', 'column', ['found', 'sizes']),
    operation('Mul', 'y', ['second', 'column']),
  ];
  await saveGraphModel(folder, nodes, [
    floats('k1', IN, IN),
    floats('b1', IN),
    floats('k2', IN, OUT),
    { name: 'sizes', shape: [2], values: Int32Array.of(-1, 1) },
    { name: 'otherwise', shape: [], values: Float32Array.of(0.5) },
    { name: 'table/keys', shape: [KEYS.length], values: Int32Array.from(KEYS) },
    { name: 'table/values', shape: [KEYS.length], values: CONTENTS },
  ]);
  const file = join(folder, 'model.json');
  const model = JSON.parse(await readFile(file, 'utf8'));
  const isOfTable = ({ name }: { name: string }) => name.startsWith('table/');
  const node = model.modelTopology.node.filter((each: { name: string }) => !isOfTable(each));
  const topology = { ...model.modelTopology, node };
  await writeFile(file, JSON.stringify({ ...model, ...metadata, modelTopology: topology }));
  return folder;
}

async function saveInputs(folder: string): Promise<string> {
  const count = 60;
  const x = Float32Array.from({ length: count * IN }, () => random.normal());
  const kind = Int32Array.from({ length: count }, (_, index) => [...KEYS, 1][index % 4]!);
  const file = join(folder, 'inputs.npz');
  await writeFile(file, npzBytes({ x: [x, [count, IN]], kind: [kind, [count, 1]] }));
  return file;
}

/** What stock tfjs makes of samples with all keys, and one that the table lacks. */
async function answersOf(model: tf.GraphModel): Promise<Float32Array> {
  const features = tf.randomNormal([4, IN], 0, 1, 'float32', 9);
  const kind = tf.tensor2d([...KEYS, 1], [4, 1], 'int32');
  const [answer] = [await model.executeAsync({ features, kind })].flat();
  return answer!.dataSync<'float32'>();
}

const sqnrDb = (exact: Float32Array, own: Float32Array): number => {
  const energy = (values: Float32Array) => values.reduce((sum, value) => sum + value ** 2, 0);
  return 10 * Math.log10(energy(exact) / energy(exact.map((value, index) => value - own[index]!)));
};

describe('a GraphModel with a hash table, an initializer, a signature and metadata of its own', () => {
  it('is compressed, loaded, exported, measured and compared as a LayersModel is', () =>
    withFolder(async (folder) => {
      const model = await saveWithTable(folder);
      const data = await saveInputs(folder);
      const runs = [];
      for (const bits of [8, 4] as const) {
        const output = join(folder, `at-${bits}`);
        await compress({ model, bits, data, epochs: 0, engine: 'embedded', output });
        runs.push(output);
      }
      const [before, run] = runs as [string, string];
      const file = join(run, 'model.qgt');
      const packed = await unpackModel(new Uint8Array(await readFile(file)), file);
      assert.deepEqual(packed.metadata, metadata);
      const contents = packed.tensors.find(({ name }) => name === 'table/values')!;
      assert.ok(contents.encoding === 'raw');
      assert.deepEqual(contents.values, CONTENTS);
      const own = await answersOf(await loadQgt(file, { tf, kind: 'graph' }));
      const reached = sqnrDb(await answersOf(await toGraphModel(await readModel(model))), own);
      assert.ok(reached > 12, `${reached} dB`);

      const web = await exportModel({ model: run, to: 'tfjs', output: join(folder, 'web') });
      const exported = JSON.parse(await readFile(join(web.output, 'model.json'), 'utf8'));
      for (const [key, value] of Object.entries(metadata)) assert.deepEqual(exported[key], value);
      const stock = await answersOf(await toGraphModel(await readModel(web.output)));
      assert.ok(sqnrDb(own, stock) > 80);

      const { agreement } = await evaluate({ model: run, against: model, data, engine: 'embedded' });
      assert.equal(agreement![0]!.output, 'y');
      assert.ok(agreement![0]!.sqnrDb! > 12);
      const { layers } = await diff({ before, after: run });
      const kernels = layers.map(({ name }) => name).filter((name) => /^k/.test(name));
      assert.deepEqual(kernels.toSorted(), ['k1', 'k2']);
    }));
});
