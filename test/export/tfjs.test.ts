import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { optimizeForInference } from '../../src/compression/file/optimize-for-inference.js';
import { type ExportedFile, type ExportOptions, exporters } from '../../src/export/index.js';
import { expandTensor, type PackedModel, packModel, type RawTensor } from '../../src/pack/index.js';
import { fromQgt } from '../../src/runtime/index.js';
import { startCpu } from '../cpu-engine.js';
import { serveFiles } from '../runtime/file-server.js';
import { graphSample, layersSample } from '../runtime/sample-models.js';
import * as tf from '../tf.js';

before(startCpu);

const tfjs = exporters.find(({ name }) => name === 'tfjs')!;
const exportTo = async (model: PackedModel, options: ExportOptions = {}): Promise<readonly ExportedFile[]> =>
  (await tfjs.export(model, options)).files;

const modelJson = (files: readonly ExportedFile[]) =>
  JSON.parse(new TextDecoder().decode(files.find(({ path }) => path === 'model.json')!.bytes));

/** Loads exported files as a page would: from a web server, by stock tfjs. */
async function loadServed<Model>(
  files: readonly ExportedFile[],
  load: (handler: tf.io.IOHandler) => Promise<Model>,
): Promise<Model> {
  const server = await serveFiles(new Map(files.map(({ path, bytes }) => [path, bytes])));
  try {
    return await load(tf.io.http(`${server.url}model.json`, { fetchFunc: fetch }));
  } finally {
    await server.close();
  }
}

const closeTo = (got: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void => {
  assert.equal(got.length, expected.length);
  for (let i = 0; i < got.length; i++) {
    assert.ok(Math.abs(got[i]! - expected[i]!) <= tolerance, `${i}: ${got[i]} and ${expected[i]}`);
  }
};

const valuesOf = (model: tf.LayersModel, name: string) =>
  model.weights
    .find(({ originalName }) => originalName === name)!
    .read()
    .dataSync();

describe('export to tfjs', () => {
  for (const granularity of ['perTensor', 'perChannel'] as const) {
    for (const quantizer of ['uniform', 'affine']) {
      for (const weights of ['auto', 'float32'] as const) {
        const small = granularity === 'perTensor' && weights === 'auto';
        it(`${granularity}, ${quantizer}, ${weights}: stock tfjs reads ${small ? 'uint8' : 'float32'} and the same values`, async () => {
          const { packed, values } = await layersSample({ bits: 3, quantizer, granularity });
          const files = await exportTo(packed, { weights });
          const entries: { name: string; quantization?: unknown }[] =
            modelJson(files).weightsManifest[0].weights;
          const small8 = entries.filter(({ quantization }) => quantization !== undefined);
          assert.deepEqual(
            small8.map(({ name }) => name),
            small ? [...values.keys()] : [],
          );

          const exported = await loadServed(files, (handler) => tf.loadLayersModel(handler));
          for (const [name, expected] of values) {
            const largest = Math.max(...expected.map(Math.abs));
            const exact = !small || quantizer === 'uniform';
            closeTo(valuesOf(exported, name), expected, exact ? 0 : largest * 2 ** -22);
          }
          const packedModel = await tf.loadLayersModel(fromQgt((await packModel(packed)).bytes));
          const x = tf.randomUniform([4, 6, 6, 2], -1, 1, 'float32', 5);
          const predict = (model: tf.LayersModel) => (model.predict(x) as tf.Tensor).dataSync();
          closeTo(predict(exported), predict(packedModel), 1e-6);
        });
      }
    }
  }

  for (const weights of ['auto', 'float32'] as const) {
    it(`a graph model, ${weights}`, async () => {
      const { packed } = graphSample({ bits: 4, quantizer: 'integer', granularity: 'perTensor' });
      const files = await exportTo(packed, { weights });
      const exported = await loadServed(files, (handler) => tf.loadGraphModel(handler));
      const packedModel = await tf.loadGraphModel(fromQgt((await packModel(packed)).bytes));
      const x = tf.tensor2d([1, 2, 3, -4, 0.5, 0.25], [2, 3]);
      const predict = (model: tf.GraphModel) => (model.predict(x) as tf.Tensor).dataSync();
      closeTo(predict(exported), predict(packedModel), 1e-6);
      assert.deepEqual(modelJson(files).signature, packed.metadata.signature);
      const fromLean = await exportTo(optimizeForInference(packed).model, { weights });
      assert.deepEqual(modelJson(fromLean).modelTopology, packed.topology);
    });
  }

  it('float16: stock tfjs reads every float to the precision of a half', async () => {
    const { packed } = await layersSample({ bits: 3, quantizer: 'uniform', granularity: 'perChannel' });
    const { files, notes } = await tfjs.export(packed, { weights: 'float16' });
    const full = (await exportTo(packed, { weights: 'float32' }))[1]!.bytes.length;
    assert.deepEqual([files[1]!.bytes.length, notes], [full / 2, []]);
    const exported = await loadServed(files, (handler) => tf.loadLayersModel(handler));
    for (const tensor of packed.tensors) {
      const expected = expandTensor(tensor).values;
      const got = valuesOf(exported, tensor.name);
      for (const [i, value] of expected.entries()) {
        assert.ok(
          Math.abs(got[i]! - value) <= Math.abs(value) * 2 ** -11,
          `${tensor.name}: ${got[i]}, ${value}`,
        );
      }
    }
  });

  it('says which weights stay in float32, and why', async () => {
    const { packed, values } = await layersSample({
      bits: 3,
      quantizer: 'uniform',
      granularity: 'perChannel',
    });
    const [note, ...others] = (await tfjs.export(packed, {})).notes;
    assert.deepEqual(others, []);
    for (const name of values.keys()) assert.ok(note!.includes(name), note);
    assert.match(note!, /one scale a tensor.*--weights float16/);
    const even = await layersSample({ bits: 3, quantizer: 'uniform', granularity: 'perTensor' });
    assert.deepEqual((await tfjs.export(even.packed, {})).notes, []);
  });

  it('a weight beyond float16 stays what it is', async () => {
    const { packed } = graphSample({ bits: 4, quantizer: 'integer', granularity: 'perTensor' });
    const bias = packed.tensors.find(({ name }) => name === 'b')!;
    const large: RawTensor = {
      encoding: 'raw',
      name: 'b',
      shape: bias.shape,
      dtype: 'float32',
      values: Float32Array.of(65520, -1),
    };
    const { files, notes } = await tfjs.export(
      { ...packed, tensors: [packed.tensors[0]!, large] },
      { weights: 'float16' },
    );
    const exported = await loadServed(files, (handler) => tf.loadGraphModel(handler));
    assert.deepEqual(exported.weights.b![0]!.dataSync(), large.values);
    assert.equal(notes.length, 1);
    assert.match(notes[0]!, /^written as float32: b; .*float16/);
  });

  it('keeps what model.json said besides', async () => {
    const { packed } = await layersSample({ bits: 2, quantizer: 'uniform', granularity: 'perChannel' });
    const { weightsManifest, modelTopology, ...rest } = modelJson(await exportTo(packed));
    assert.deepEqual(rest, {
      format: 'layers-model',
      generatedBy: 'a test',
      convertedBy: null,
      userDefinedMetadata: { author: 'nobody' },
    });
    assert.deepEqual(modelTopology, packed.topology);
    assert.deepEqual(weightsManifest[0].paths, ['group1-shard1of1.bin']);
  });

  it('splits more than 4 MiB into shards, also in the middle of a weight', async () => {
    const values = Float32Array.from({ length: 2 ** 21 + 2 ** 18 }, (_, index) => index);
    const packed: PackedModel = {
      kind: 'layers',
      topology: { class_name: 'Sequential', config: { layers: [] } },
      metadata: {},
      preprocessing: {},
      tensors: [
        { encoding: 'raw', name: 'bit', shape: [1], dtype: 'bool', values: Uint8Array.of(1) },
        { encoding: 'raw', name: 'large', shape: [values.length], dtype: 'float32', values },
      ],
    };
    const files = await exportTo(packed);
    assert.deepEqual(
      files.map(({ path, bytes }) => [path, path.endsWith('bin') ? bytes.length : 0]),
      [
        ['model.json', 0],
        ['group1-shard1of3.bin', 2 ** 22],
        ['group1-shard2of3.bin', 2 ** 22],
        ['group1-shard3of3.bin', 2 ** 20 + 1],
      ],
    );
    const artifacts = await loadServed(files, async (handler) => handler.load!());
    const weights = tf.io.decodeWeights(artifacts.weightData!, artifacts.weightSpecs!);
    assert.deepEqual(weights.large!.dataSync(), values);
  });

  it('a model without weights', async () => {
    const { packed } = graphSample({ bits: 2, quantizer: 'uniform', granularity: 'perTensor' });
    const topology = { node: [{ ...(packed.topology as { node: object[] }).node[0]! }], versions: {} };
    const files = await exportTo({ ...packed, topology, metadata: {}, tensors: [] });
    assert.ok((await loadServed(files, (handler) => tf.loadGraphModel(handler))) instanceof tf.GraphModel);
  });

  it('same model, same bytes', async () => {
    const { packed } = await layersSample({ bits: 2, quantizer: 'uniform', granularity: 'perTensor' });
    assert.deepEqual(await exportTo(packed), await exportTo(packed));
  });
});
