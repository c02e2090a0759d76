import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import type { SyntheticInput } from '../../src/data/index.js';
import type { tf } from '../../src/engine/index.js';
import { learningFromDrawn } from '../../src/session/samples/learning.js';
import { convolution, floats, liveGraph } from '../compression/live-graph.js';
import { startCpu } from '../cpu-engine.js';
import { operation, placeholder } from '../pipeline/graph-folder.js';

before(async () => void (await startCpu()));

const range = { name: '0..1', offset: 0.5, scale: 0.25 };
const image: SyntheticInput = { shape: [32, 32, 3], dtype: 'float32', limit: null, range };
const classes = { kind: 'softmax', shape: [10] } as const;
const usual = { step: () => [] as tf.Tensor[], inputs: [image], heads: [classes], count: 384 };
type Given = Partial<Record<keyof typeof usual, unknown>>;

for (const [what, given, expected] of [
  ['a classifier of images in a known range', {}, 'kernels'],
  ['the same of two outputs', { heads: [classes, { kind: 'sigmoid', shape: [1] }] }, 'kernels'],
  ['of fewer images than teach', { count: 383 }, 'biases'],
  ['in an unknown range', { inputs: [{ ...image, range: undefined }] }, 'biases, for want of a range'],
  ['with values beside the classes', { heads: [classes, { kind: 'linear', shape: [1] }] }, 'biases'],
  ['of each pixel', { heads: [{ kind: 'sigmoid', shape: [32, 32, 1] }] }, 'biases'],
  ['of an image and tokens', { inputs: [image, { shape: [9], dtype: 'int32', limit: 50 }] }, 'biases'],
  ['of volumes', { inputs: [{ ...image, shape: [16, 16, 16, 1] }] }, 'biases'],
  ['whose outputs have to be awaited', { step: null }, 'biases'],
] satisfies [string, Given, string][]) {
  it(`what drawn inputs teach: ${what}`, () => {
    const { step, inputs, heads, count } = { ...usual, ...given } as typeof usual;
    assert.equal(learningFromDrawn({ step }, inputs, heads, count), expected);
  });
}

it('the work of a graph: the multiplications of its kernels, by the definition of each', async () => {
  const live = await liveGraph(
    [
      placeholder('x', [-1, 8, 6, 3]),
      convolution('_FusedConv2D', 'a', ['x', 'kernel'], { stride: 2, fused: ['Relu'] }),
      convolution('DepthwiseConv2dNative', 'b', ['a', 'depthwise']),
      operation('Relu', 'y', ['b']),
    ],
    [floats('kernel', 3, 3, 3, 5), floats('depthwise', 2, 2, 5, 2)],
  );
  // 4 x 3 places of 5 channels of 27 weights each, and of 10 channels of 4 weights each.
  assert.equal(live.work!.multiplications, 4 * 3 * 5 * 27 + 4 * 3 * 10 * 4);
  live.dispose();
});
