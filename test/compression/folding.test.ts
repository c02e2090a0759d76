import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { foldBatchNorm } from '../../src/compression/file/folding.js';
import { startEngine, tf } from '../../src/engine/index.js';
import { inspect } from '../../src/index.js';
import { startCpu } from '../cpu-engine.js';
import { fillWeights } from '../model/model-folder.js';
import { withFolder } from '../pipeline/digits.js';
import { assertSameOutputs, packExample } from '../pipeline/packed-example.js';
import { saveArrays, saveModel } from '../pipeline/saved-model.js';
import { compress } from '../validated.js';

before(startCpu);

const { layers } = tf;
const symbolic = (value: unknown): tf.SymbolicTensor => value as tf.SymbolicTensor;
const bn = (name = 'bn', options: object = {}) => layers.batchNormalization({ name, ...options });

const onImages = (...all: tf.layers.Layer[]) =>
  tf.sequential({ layers: [layers.inputLayer({ inputShape: [6, 6, 3] }), ...all] });

/** Each kernel that BatchNorm folds into. */
const folded: Readonly<Record<string, () => tf.LayersModel>> = {
  'dense, beta alone': () =>
    tf.sequential({
      layers: [
        layers.dense({ units: 4, inputShape: [5] }),
        bn('bn', { scale: false }),
        layers.dense({ units: 2 }),
      ],
    }),
  'conv1d, gamma alone': () =>
    tf.sequential({
      layers: [
        layers.conv1d({ filters: 4, kernelSize: 2, inputShape: [6, 3] }),
        bn('bn', { center: false }),
        layers.activation({ activation: 'relu' }),
      ],
    }),
  'conv2d without a bias': () =>
    onImages(
      layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same', useBias: false }),
      bn(),
      layers.activation({ activation: 'relu' }),
    ),
  'conv2d with a bias and an epsilon of its own': () =>
    onImages(
      layers.conv2d({ filters: 4, kernelSize: 3 }),
      bn('bn', { epsilon: 0.1, axis: 3 }),
      layers.globalAveragePooling2d({}),
    ),
  'conv2d transposed': () =>
    onImages(
      layers.conv2dTranspose({ filters: 4, kernelSize: 3, strides: 2 }),
      bn(),
      layers.globalAveragePooling2d({}),
    ),
  'depthwise with a multiplier': () =>
    onImages(
      layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, useBias: false }),
      bn(),
      layers.globalAveragePooling2d({}),
    ),
  separable: () =>
    onImages(
      layers.separableConv2d({ filters: 4, kernelSize: 3, padding: 'same' }),
      bn(),
      layers.globalAveragePooling2d({}),
    ),
  'a residual connection': () => {
    const input = tf.input({ shape: [6, 6, 3] });
    const side = (name: string) =>
      symbolic(bn(name).apply(symbolic(layers.conv2d({ filters: 4, kernelSize: 3 }).apply(input))));
    const sum = layers.add().apply([side('left'), side('right')]) as tf.SymbolicTensor;
    return tf.model({ inputs: input, outputs: symbolic(layers.flatten().apply(sum)) });
  },
  'a model in a model': () =>
    tf.sequential({
      layers: [
        onImages(
          layers.conv2d({ filters: 4, kernelSize: 3 }),
          bn(),
          layers.activation({ activation: 'relu' }),
        ),
        layers.flatten(),
        layers.dense({ units: 2 }),
      ],
    }),
};

/** Where it can't be folded, and what is said. */
const unfolded: Readonly<Record<string, { readonly reason: RegExp; build(): tf.LayersModel }>> = {
  'an activation before it': {
    reason: /activation/,
    build: () =>
      onImages(layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu' }), bn(), layers.flatten()),
  },
  'no kernel before it': { reason: /no kernel/, build: () => onImages(bn(), layers.flatten()) },
  'another axis': {
    reason: /last dimension/,
    build: () =>
      onImages(layers.conv2d({ filters: 4, kernelSize: 3 }), bn('bn', { axis: 1 }), layers.flatten()),
  },
  "the model's output": {
    reason: /output/,
    build: () => onImages(layers.conv2d({ filters: 4, kernelSize: 3 }), bn()),
  },
  'a kernel whose output is read twice': {
    reason: /read elsewhere/,
    build: () => {
      const input = tf.input({ shape: [6, 6, 3] });
      const one = symbolic(layers.conv2d({ filters: 4, kernelSize: 3 }).apply(input));
      const sum = layers.add().apply([one, symbolic(bn().apply(one))]) as tf.SymbolicTensor;
      return tf.model({ inputs: input, outputs: symbolic(layers.flatten().apply(sum)) });
    },
  },
  'a shared kernel': {
    reason: /shared/,
    build: () => {
      const input = tf.input({ shape: [6, 6, 3] });
      const shared = layers.conv2d({ filters: 3, kernelSize: 3, padding: 'same' });
      const twice = symbolic(shared.apply(symbolic(shared.apply(input))));
      const normalized = symbolic(bn().apply(twice));
      return tf.model({ inputs: input, outputs: symbolic(layers.flatten().apply(normalized)) });
    },
  },
};

describe('BatchNorm is folded into', () => {
  for (const [name, build] of Object.entries(folded)) {
    for (const kernels of ['per channel', 'shifted', 'float'] as const) {
      it(`${name}, ${kernels}`, async () => {
        const model = await packExample(build(), kernels);
        const { model: small, layers: count, unfolded: rest } = foldBatchNorm(model);
        assert.ok(count > 0);
        assert.deepEqual(rest, []);
        assert.ok(!JSON.stringify(small.topology).includes('BatchNormalization'));
        assert.ok(!small.tensors.some(({ name: weight }) => /gamma|beta|moving/.test(weight)));
        for (const tensor of small.tensors) {
          const before = model.tensors.find((each) => each.name === tensor.name);
          if (tensor.encoding === 'codes' && before?.encoding === 'codes')
            assert.deepEqual(tensor.codes, before.codes);
        }
        await assertSameOutputs(model, small);
        assert.deepEqual(foldBatchNorm(small), { model: small, layers: 0, unfolded: [] });
      });
    }
  }
});

describe('BatchNorm stays', () => {
  for (const [name, { reason, build }] of Object.entries(unfolded)) {
    it(`after ${name}`, async () => {
      const model = await packExample(build(), 'per channel');
      const { model: same, unfolded: rest } = foldBatchNorm(model);
      assert.equal(same, model);
      assert.equal(rest.length, 1);
      assert.match(rest[0]!.reason, reason);
    });
  }

  it('after a kernel with one scale for all, which tfjs can read as uint8', async () => {
    const model = await packExample(folded['conv2d without a bias']!(), 'per tensor');
    const { model: same, unfolded: rest } = foldBatchNorm(model);
    assert.equal(same, model);
    assert.match(rest[0]!.reason, /one scale/);
  });
});

describe('the check of a folded model', () => {
  it('leaves BatchNorm where float32 makes the outputs differ, and says so', () =>
    withFolder(async (folder) => {
      await startEngine('embedded');
      const model = tf.sequential({
        layers: [
          layers.dense({ name: 'far', units: 8, inputShape: [4] }),
          bn(),
          layers.dense({ name: 'end', units: 2 }),
        ],
      });
      fillWeights(model);
      // Sums of 1e6 are right to 0.06 at best; BatchNorm takes the 1e6 away again.
      for (const weight of model.weights)
        if (/far.bias|moving_mean/.test(weight.originalName)) weight.write(tf.fill([8], 1e6));
      const values = tf.randomNormal([32, 4], 0, 1, 'float32', 5).dataSync() as Float32Array;
      const { report, files } = await compress({
        model: await saveModel(model, folder),
        data: await saveArrays({ x: { values, shape: [32, 4] } }, folder),
        bits: 8,
        epochs: 0,
        engine: 'embedded',
        output: join(folder, 'out'),
      });
      assert.match(report.notes.join('\n'), /BatchNorm not folded .* outputs would differ by \d/);
      const { weights } = await inspect({ model: files[0]! });
      assert.ok(weights.some(({ name }) => name === 'bn/moving_mean'));
    }));
});
