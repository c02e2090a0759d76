import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { createRandom, shuffledIndices, sizeOf } from '../../src/core/index.js';
import { broadcast } from '../../src/engine/gradients/broadcast.js';
import { cropAndResize } from '../../src/engine/gradients/crop-and-resize.js';
import { einsum } from '../../src/engine/gradients/einsum.js';
import { movedValues } from '../../src/engine/gradients/moved-values.js';
import { endsGradient, PIECEWISE_CONSTANT } from '../../src/engine/gradients/piecewise-constant.js';
import { sums } from '../../src/engine/gradients/sums.js';
import { startEngine, tf } from '../../src/engine/index.js';
import { type GradientCase, gradientCases } from './gradient-cases.js';
import { skipWithoutNative } from './native-available.js';

/** Kernels without a gradient, by why none is needed or none can be. */
const WITHOUT: Readonly<Record<string, string>> = {
  'the op that runs it brings its own': 'FusedConv2D FusedDepthwiseConv2D _FusedMatMul',
  'it is run in gradients only':
    'AvgPool3DGrad AvgPoolGrad Conv2DBackpropFilter Conv3DBackpropFilterV2 DepthwiseConv2dNativeBackpropFilter DepthwiseConv2dNativeBackpropInput Dilation2DBackpropFilter Dilation2DBackpropInput EluGrad LRNGrad MaxPool3DGrad MaxPoolGrad ResizeBilinearGrad ResizeNearestNeighborGrad',
  'it reads no tensor': 'Fill LinSpace Range',
  'it reads strings': 'StaticRegexReplace StringNGrams StringSplit StringToHashBucketFast',
  'tfjs takes no gradient of complex numbers': 'Complex FFT IFFT Imag Real',
  'the share of values that are equal in what is unique of them is open': 'Unique',
  'it turns images, which no layer does': 'RotateWithOffset Transform',
  'the scores that it gives depend on which boxes overlap': 'NonMaxSuppressionV5',
  'its tensors are ragged or sparse, which no layer makes':
    'RaggedGather RaggedRange RaggedTensorToTensor SparseFillEmptyRows',
};

const random = createRandom(8);
const DISTANCE = 1 / 64;

/** Numbers around 0 in some order, so far from each other and from 0 that none passes another in a difference. */
function apart(count: number, offset: number): Float32Array {
  const order = shuffledIndices(count, random);
  return Float32Array.from(order, (place) => 0.23 * (place - Math.floor(count / 2) + offset));
}

/** The gradient of a case and the finite differences of it, of all inputs, one after the other. */
function gradientsOf({ shapes, run }: GradientCase): [Float32Array, number[]][] {
  const values = shapes.map((shape, index) => apart(sizeOf(shape), 0.37 + index / 4));
  const tensors = values.map((value, index) => tf.tensor(value, [...shapes[index]!]));
  const loss = (...inputs: tf.Tensor[]): tf.Scalar => {
    const y = run(...inputs);
    return tf.sum(tf.mul(y, tf.reshape(tf.sin(tf.range(1, y.size + 1)), y.shape)));
  };
  const gradients = tf.tidy(() =>
    tf
      .grads(loss)(tensors)
      .map((each) => each.dataSync<'float32'>()),
  );
  const lossAt = (index: number, at: number, by: number): number =>
    tf.tidy(() => {
      const moved = Float32Array.from(values[index]!);
      moved[at]! += by;
      return loss(...tensors.with(index, tf.tensor(moved, [...shapes[index]!]))).dataSync()[0]!;
    });
  return gradients.map((gradient, index) => [
    gradient,
    Array.from(
      gradient,
      (_, at) => (lossAt(index, at, DISTANCE) - lossAt(index, at, -DISTANCE)) / (2 * DISTANCE),
    ),
  ]);
}

for (const name of ['embedded', 'native'] as const) {
  describe(`gradients on the ${name} engine`, {
    skip: name === 'native' && (await skipWithoutNative()),
  }, () => {
    before(async () => void (await startEngine(name)));

    it('there is one for every kernel, or a reason why not', () => {
      const reasons = Object.values(WITHOUT).flatMap((kernels) => kernels.split(' '));
      for (const { kernelName } of tf.getKernelsForBackend(tf.getBackend())) {
        const has = tf.getGradient(kernelName) !== undefined;
        assert.notEqual(has, reasons.includes(kernelName), kernelName);
      }
    });

    it('none is learned through whose gradient is 0 whatever comes in, and through all others', () => {
      const inputs = [
        tf.tensor1d([0.3, 0.7, 1.1]),
        tf.tensor1d([0.3, 0.2, 0.6]),
        tf.tensor1d([0.8, 0.4, 0.5]),
      ];
      const isZero = (kernelName: string): boolean =>
        Object.values(tf.getGradient(kernelName)!.gradFunc(tf.ones([3]), inputs, {})).every((toInput) =>
          toInput()
            .dataSync()
            .every((value) => value === 0),
        );
      for (const { kernelName } of tf.getKernelsForBackend(tf.getBackend())) {
        if (tf.getGradient(kernelName) === undefined) continue;
        let expected: boolean;
        try {
          expected = tf.tidy(() => isZero(kernelName));
        } catch {
          // Those that need more to be called are none of them.
          expected = false;
        }
        assert.equal(endsGradient(kernelName), expected, kernelName);
      }
    });

    for (const each of gradientCases)
      it(`${each.kernel} has that of finite differences`, async (t) => {
        await startEngine(name);
        if (tf.getKernel(each.kernel, tf.getBackend()) === undefined)
          return t.diagnostic('not on this engine');
        for (const [gradient, differences] of gradientsOf(each))
          for (const [at, value] of gradient.entries())
            assert.ok(
              Math.abs(value - differences[at]!) <= 2e-3,
              `${at}: ${value}, by differences ${differences[at]}`,
            );
      });
  });
}

it('every gradient that qgt adds has a case here', () => {
  const added = [...broadcast, ...movedValues, ...sums, einsum, cropAndResize].map(
    ({ kernelName }) => kernelName,
  );
  const cases = new Set(gradientCases.map(({ kernel }) => kernel));
  assert.deepEqual([...Object.keys(PIECEWISE_CONSTANT), ...added].sort(), [...cases].sort());
});
