import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { equalizeLayers } from '../../src/compression/file/cross-layer-equalization.js';
import { tf } from '../../src/engine/index.js';
import type { CodedTensor, PackedModel } from '../../src/pack/index.js';
import { startCpu } from '../cpu-engine.js';
import { assertSameOutputs, type Kernels, packExample } from '../pipeline/packed-example.js';

before(startCpu);

const { layers } = tf;
const symbolic = (value: unknown): tf.SymbolicTensor => value as tf.SymbolicTensor;
const conv = (options: object = {}) =>
  layers.conv2d({ name: 'conv', filters: 4, kernelSize: 3, padding: 'same', ...options });
const depthwise = (options: object = {}) =>
  layers.depthwiseConv2d({ name: 'deep', kernelSize: 3, padding: 'same', ...options });
const onImages = (...all: tf.layers.Layer[]) =>
  tf.sequential({ layers: [layers.inputLayer({ inputShape: [6, 6, 3] }), ...all, layers.flatten()] });
const relu = () => layers.reLU({});

function kernelOf({ tensors }: PackedModel, name: string): CodedTensor {
  return tensors.find((tensor) => tensor.name === name) as CodedTensor;
}

const moved: Readonly<Record<string, () => tf.LayersModel>> = {
  'a convolution, relu, a depthwise kernel': () => onImages(conv(), relu(), depthwise()),
  'relu of the convolution itself, pooling, padding, a multiplier': () =>
    onImages(
      conv({ activation: 'relu', useBias: false }),
      layers.maxPooling2d({ poolSize: 2, strides: 1 }),
      layers.averagePooling2d({ poolSize: 2, strides: 1, padding: 'same' }),
      layers.zeroPadding2d({ padding: 1 }),
      depthwise({ depthMultiplier: 2, padding: 'valid' }),
    ),
  'a slope for what is negative': () => onImages(conv(), layers.leakyReLU({ alpha: 0.1 }), depthwise()),
};

describe('the scales of a kernel are moved into the depthwise kernel after it', () => {
  for (const [name, build] of Object.entries(moved)) {
    it(name, async () => {
      const model = await packExample(build(), 'per channel');
      const { model: lean, kernels } = equalizeLayers(model);
      assert.equal(kernels, 1);
      assert.deepEqual(kernelOf(lean, 'conv/kernel').axes, []);
      assert.equal(kernelOf(lean, 'conv/kernel').grid.scale.length, 1);
      assert.deepEqual(kernelOf(lean, 'conv/kernel').codes, kernelOf(model, 'conv/kernel').codes);
      await assertSameOutputs(model, lean);
      assert.deepEqual(equalizeLayers(lean), { model: lean, kernels: 0 });
    });
  }

  it('through two depthwise kernels, and into one in float', async () => {
    const model = await packExample(
      onImages(conv(), relu(), depthwise({ depthMultiplier: 2 }), relu(), depthwise({ name: 'deeper' })),
      'per channel',
    );
    const inFloat: PackedModel = {
      ...model,
      tensors: model.tensors.map((tensor) =>
        tensor.name === 'deeper/depthwise_kernel'
          ? {
              encoding: 'raw',
              name: tensor.name,
              shape: tensor.shape,
              dtype: 'float32',
              values: tf.randomNormal([...tensor.shape], 0, 1, 'float32', 2).dataSync() as Float32Array,
            }
          : tensor,
      ),
    };
    for (const each of [model, inFloat]) {
      const { model: lean, kernels } = equalizeLayers(each);
      assert.equal(kernels, 2);
      await assertSameOutputs(each, lean);
    }
  });
});

/** Models of which nothing may be moved. */
const left: Readonly<Record<string, { readonly build: () => tf.LayersModel; readonly kernels?: Kernels }>> = {
  'an activation with a limit': { build: () => onImages(conv(), layers.reLU({ maxValue: 6 }), depthwise()) },
  'an activation that bends': { build: () => onImages(conv({ activation: 'tanh' }), depthwise()) },
  'no depthwise kernel behind it': { build: () => onImages(conv(), relu(), conv({ name: 'next' })) },
  'one scale for all': { build: moved['a convolution, relu, a depthwise kernel']!, kernels: 'per tensor' },
  'offsets as well as scales': {
    build: moved['a convolution, relu, a depthwise kernel']!,
    kernels: 'shifted',
  },
  'another reader': {
    build: () => {
      const input = tf.input({ shape: [6, 6, 3] });
      const one = symbolic(conv().apply(input));
      const sum = layers.add().apply([one, symbolic(depthwise().apply(one))]);
      return tf.model({ inputs: input, outputs: symbolic(layers.flatten().apply(sum as tf.SymbolicTensor)) });
    },
  },
  'an output in between': {
    build: () => {
      const input = tf.input({ shape: [6, 6, 3] });
      const one = symbolic(conv().apply(input));
      return tf.model({ inputs: input, outputs: [one, symbolic(depthwise().apply(one))] });
    },
  },
};

describe('scales stay with', () => {
  for (const [name, { build, kernels = 'per channel' }] of Object.entries(left)) {
    it(name, async () => assert.equal(equalizeLayers(await packExample(build(), kernels)).kernels, 0));
  }

  for (const [name, scale] of [
    ['a negative scale', -0.1],
    ['a scale of 0', 0],
    ['a scale far from the others', 1e-9],
  ] as const) {
    it(name, async () => {
      const model = await packExample(onImages(conv(), relu(), depthwise()), 'per channel');
      kernelOf(model, 'conv/kernel').grid.scale[2] = scale;
      assert.equal(equalizeLayers(model).kernels, 0);
    });
  }
});
