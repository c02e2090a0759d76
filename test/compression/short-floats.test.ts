import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import {
  findShortenable,
  withPrecisions,
  withShortestFloats,
} from '../../src/compression/file/short-floats.js';
import { bytesOf } from '../../src/core/index.js';
import { tf } from '../../src/engine/index.js';
import { type CodedTensor, packModel, type StoredTensor } from '../../src/pack/index.js';
import { type LiveModel, openModel } from '../../src/session/index.js';
import { startCpu } from '../cpu-engine.js';
import { savedBy } from '../model/model-folder.js';
import { example } from '../pack/example.js';
import { packExample } from '../pipeline/packed-example.js';

before(startCpu);

const float = (name: string, shape: number[], ...values: number[]): StoredTensor => ({
  encoding: 'raw',
  name,
  shape,
  dtype: 'float32',
  values: Float32Array.from(values),
});

const coded: CodedTensor = {
  encoding: 'codes',
  name: 'k',
  shape: [2, 2],
  axes: [1],
  codes: Uint8Array.of(0, 1, 1, 0),
  grid: {
    levels: Float32Array.of(0.1, 0.7),
    scale: Float32Array.of(1 / 3, 2),
    offset: Float32Array.of(0.1, -0.1),
  },
};

/** Those of 32 bits that are not 0, of each number. */
const usedBits = (values: Float32Array): number[] =>
  Array.from(new Uint32Array(bytesOf(values).slice().buffer), (bits) =>
    bits === 0 ? 0 : 32 - Math.log2(bits & -bits),
  );

describe('withPrecisions', () => {
  const bias = float('bias', [3], 0.1, 1, -1e-3);
  const exact = float('exact', [3], 0.1, 1, -1e-3);
  const { tensors } = withPrecisions(
    { ...example, tensors: [coded, bias, exact] },
    new Map([
      ['k', 16],
      ['bias', 24],
    ] as const),
  );
  const [kernel, vector, rest] = tensors;

  it('leaves scales, offsets and vectors as many bits as they are given, and codes and levels as they are', () => {
    assert.ok(kernel?.encoding === 'codes' && vector?.encoding === 'raw');
    const { levels, scale, offset } = kernel.grid;
    assert.deepEqual(levels, coded.grid.levels);
    assert.deepEqual(kernel.codes, coded.codes);
    for (const values of [scale, offset!]) assert.ok(usedBits(values).every((bits) => bits <= 16));
    assert.ok(usedBits(vector.values as Float32Array).every((bits) => bits <= 24));
    assert.ok(usedBits(vector.values as Float32Array).some((bits) => bits > 16));
    assert.equal(rest, exact);
  });

  it('changes no number by more than its last bit is worth', () => {
    assert.ok(kernel?.encoding === 'codes' && vector?.encoding === 'raw' && bias.encoding === 'raw');
    for (const [index, value] of bias.values.entries())
      assert.ok(Math.abs(vector.values[index]! - value) <= Math.abs(value) * 2 ** -16);
    for (const [index, value] of coded.grid.scale.entries())
      assert.ok(Math.abs(kernel.grid.scale[index]! - value) <= Math.abs(value) * 2 ** -8);
  });
});

async function liveDense(): Promise<LiveModel> {
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ name: 'hidden', units: 500, inputShape: [4] }),
      tf.layers.batchNormalization({ name: 'between' }),
      tf.layers.dense({ name: 'last', units: 3 }),
      tf.layers.batchNormalization({ name: 'after' }),
    ],
  });
  const { modelTopology, weightSpecs, weightData } = await savedBy(model);
  const decoded = tf.io.decodeWeights(Uint8Array.from(weightData).buffer, weightSpecs);
  return openModel({
    kind: 'layers',
    format: 'tfjs-layers',
    source: 'here',
    bytes: 0,
    topologyBytes: 0,
    writtenBy: 'test',
    topology: modelTopology as Readonly<Record<string, unknown>>,
    metadata: {},
    weights: Object.entries(decoded).map(([name, tensor]) => ({
      name,
      shape: tensor.shape,
      dtype: 'float32',
      values: tensor.dataSync() as Float32Array,
    })),
    storedBytes: new Map(),
    notes: [],
  });
}

describe('the floats that can be shorter', () => {
  it('are scales and vectors, but neither what is added to an output nor what is pinned', async () => {
    const live = await liveDense();
    const packed = await packExample(live.model as tf.LayersModel, 'per channel');
    const others: StoredTensor[] = [
      float('between/scalar', [], 1 / 255),
      float('between/anchors', [1, 3], 0.1, 0.2, 0.3),
      {
        ...float('between/counts', [1], 0),
        dtype: 'int32',
        values: Int32Array.of(123456789),
      } as StoredTensor,
      { ...float('hidden/kept', [1], 0.1), pinned: true } as StoredTensor,
    ];
    const model = { ...packed, tensors: [...packed.tensors, ...others] };
    assert.deepEqual(findShortenable(model, live), [
      'hidden/kernel',
      'hidden/bias',
      'between/gamma',
      'between/beta',
      'between/moving_mean',
      'between/moving_variance',
      'last/kernel',
    ]);
    live.dispose();
  });

  it('make a file shorter', async () => {
    const live = await liveDense();
    const packed = await packExample(live.model as tf.LayersModel, 'float');
    const [long, short] = [await packModel(packed), await packModel(withShortestFloats(packed, live))];
    // Five vectors of 500 hardly foreseeable numbers lose two bytes each.
    assert.ok(long.bytes.length - short.bytes.length > 4500);
    live.dispose();
  });
});
