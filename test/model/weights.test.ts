import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as tf from '../../src/engine/tf.js';
import { readModel } from '../../src/model/index.js';
import { startCpu } from '../cpu-engine.js';
import { type WeightFile, writeModel } from './model-folder.js';

before(startCpu);

type Spec = tf.io.WeightsManifestEntry;

const topology = { node: [], versions: {} };

/** A graph model with nothing but weights. */
function modelOf(
  groups: { paths: string[]; weights: unknown[] }[],
  files: readonly WeightFile[],
): Promise<string> {
  return writeModel({ format: 'graph-model', modelTopology: topology, weightsManifest: groups }, files);
}

function bytesOf(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 37 + 11) % 251);
}

/** Halves of every class: zeros, subnormals, normals, the largest. */
const HALVES = [0, 0x8000, 1, 0x3ff, 0x8123, 0x400, 0x3c00, 0xc123, 0x7bff, 0xfbff, 0x3555, 0x0200];

const QUANTIZED: Readonly<Record<string, { spec: Spec; bytes: Uint8Array }>> = {
  uint8: {
    spec: {
      name: 'a',
      shape: [3, 5],
      dtype: 'float32',
      quantization: { dtype: 'uint8', scale: 0.0123456789, min: -1.37 },
    },
    bytes: bytesOf(15),
  },
  uint16: {
    spec: {
      name: 'a',
      shape: [7],
      dtype: 'float32',
      quantization: { dtype: 'uint16', scale: 3.1e-5, min: -0.7 },
    },
    bytes: bytesOf(14),
  },
  'uint8 for int32': {
    spec: { name: 'a', shape: [6], dtype: 'int32', quantization: { dtype: 'uint8', scale: 1.9, min: -12 } },
    bytes: bytesOf(6),
  },
  float16: {
    spec: { name: 'a', shape: [HALVES.length], dtype: 'float32', quantization: { dtype: 'float16' } },
    bytes: new Uint8Array(Uint16Array.from(HALVES).buffer),
  },
  float32: {
    spec: { name: 'a', shape: [4], dtype: 'float32' },
    bytes: new Uint8Array(Float32Array.of(1, -2.5, 1e-30, 0).buffer),
  },
  int32: {
    spec: { name: 'a', shape: [2, 1], dtype: 'int32' },
    bytes: new Uint8Array(Int32Array.of(-7, 2 ** 30).buffer),
  },
  bool: { spec: { name: 'a', shape: [3], dtype: 'bool' }, bytes: Uint8Array.of(1, 0, 1) },
  scalar: {
    spec: { name: 'a', shape: [], dtype: 'float32' },
    bytes: new Uint8Array(Float32Array.of(42).buffer),
  },
};

for (const [name, { spec, bytes }] of Object.entries(QUANTIZED)) {
  test(`decodes as tf.io.decodeWeights does: ${name}`, async () => {
    const odd = { name: 'odd', shape: [3], dtype: 'bool' }; // what follows is not aligned
    const file = { name: 'w.bin', bytes: Uint8Array.of(1, 1, 0, ...bytes) };
    const loaded = await readModel(await modelOf([{ paths: ['w.bin'], weights: [odd, spec] }], [file]));
    const expected = tf.io.decodeWeights(bytes.slice().buffer, [spec])[spec.name]!;
    const got = loaded.weights[1]!;
    assert.deepEqual(Array.from(got.values), Array.from(expected.dataSync()));
    assert.equal(got.dtype, expected.dtype);
    assert.deepEqual(got.shape, expected.shape);
  });
}

test('keeps the bytes of strings and complex numbers', async () => {
  const text = Uint8Array.of(2, 0, 0, 0, 104, 105, 0, 0, 0, 0);
  const complex = new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer);
  const weights = [
    { name: 'words', shape: [2], dtype: 'string' },
    { name: 'waves', shape: [2], dtype: 'complex64' },
  ];
  const file = { name: 'w.bin', bytes: Uint8Array.of(...text, ...complex) };
  const loaded = await readModel(await modelOf([{ paths: ['w.bin'], weights }], [file]));
  assert.deepEqual(loaded.weights[0]!.values, text);
  assert.deepEqual(loaded.weights[1]!.values, complex);
});

test('reads many groups of many files, in the order of the manifest', async () => {
  const files = Array.from({ length: 12 }, (_, index) => ({
    name: `group${index}.bin`,
    bytes: bytesOf(8 + index),
  }));
  const groups = Array.from({ length: 6 }, (_, index) => ({
    paths: [files[2 * index]!.name, files[2 * index + 1]!.name],
    weights: [{ name: `w${index}`, shape: [17 + 4 * index], dtype: 'bool' }],
  }));
  const loaded = await readModel(await modelOf(groups, files));
  assert.deepEqual(
    loaded.weights.map(({ name, values }) => [name, values.length]),
    groups.map((_, index) => [`w${index}`, 17 + 4 * index]),
  );
  assert.deepEqual(Array.from(loaded.weights[2]!.values), [...files[4]!.bytes, ...files[5]!.bytes]);
});

test('leaves out the weights of an optimizer', async () => {
  const weights = [
    { name: 'k', shape: [2], dtype: 'float32' },
    { name: 'adam/m', shape: [2], dtype: 'float32', group: 'optimizer' },
  ];
  const loaded = await readModel(
    await modelOf([{ paths: ['w.bin'], weights }], [{ name: 'w.bin', bytes: new Uint8Array(16) }]),
  );
  assert.deepEqual(
    loaded.weights.map(({ name }) => name),
    ['k'],
  );
  assert.match(loaded.notes.join(), /optimizer/);
});

test('the scalars of a graph may be infinite, its kernels may not', async () => {
  const infinite = new Uint8Array(Float32Array.of(1, Number.NEGATIVE_INFINITY).buffer);
  const scalar = [{ paths: ['w.bin'], weights: [{ name: 'mask', shape: [], dtype: 'float32' }] }];
  await readModel(await modelOf(scalar, [{ name: 'w.bin', bytes: infinite.slice(4) }]));
  const kernel = [{ paths: ['w.bin'], weights: [{ name: 'kernel', shape: [2], dtype: 'float32' }] }];
  await assert.rejects(readModel(await modelOf(kernel, [{ name: 'w.bin', bytes: infinite }])), {
    code: 'non-finite',
    message: /kernel: the weight at index 1 is -Infinity/,
  });
});
