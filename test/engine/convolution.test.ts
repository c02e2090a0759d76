import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { createRandom, sizeOf } from '../../src/core/index.js';
import { startEngine, tf } from '../../src/engine/index.js';
import { asOracle, type ConvolutionCall, convolutionCalls, convolve } from './convolutions.js';
import { forEachProduct } from './oracle.js';

const calls = convolutionCalls();
const random = createRandom(3);
const noise = (shape: readonly number[]) =>
  Float32Array.from({ length: sizeOf(shape) }, () => random.normal());

/** One call's operands: input, filter and the gradient that comes in. */
interface Operands {
  readonly x: Float32Array;
  readonly filter: Float32Array;
  readonly dy: Float32Array;
}

/** Output and both gradients by tfjs on the backend in use. */
function byTfjs(call: ConvolutionCall, { x, filter, dy }: Operands, outputShape: number[]) {
  return tf.tidy(() => {
    const gradients = tf.valueAndGrads((input: tf.Tensor, kernel: tf.Tensor) =>
      convolve(call, input as tf.Tensor4D, kernel as tf.Tensor4D),
    );
    const operands = [tf.tensor(x, [...call.input]), tf.tensor(filter, [...call.filter])];
    const { value, grads } = gradients(
      operands,
      tf.tensor(dy, outputShape as [number, number, number, number]),
    );
    return [value, ...grads].map((tensor) => tensor.dataSync<'float32'>());
  });
}

/** The same by sums. */
function bySums(call: ConvolutionCall, { x, filter, dy }: Operands, outputShape: number[]) {
  const [y, dx, dw] = [
    new Float64Array(dy.length),
    new Float64Array(x.length),
    new Float64Array(filter.length),
  ];
  forEachProduct(asOracle(call, outputShape), (i, w, o) => {
    y[o]! += x[i]! * filter[w]!;
    dx[i]! += dy[o]! * filter[w]!;
    dw[w]! += dy[o]! * x[i]!;
  });
  return [y, dx, dw];
}

function outputShapeOf(call: ConvolutionCall): number[] {
  return tf.tidy(() => convolve(call, tf.zeros([...call.input]), tf.zeros([...call.filter])).shape);
}

function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what: string,
): void {
  assert.equal(actual.length, expected.length, what);
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(actual[i]! - expected[i]!);
    // Millions of elements are compared: a message for each would take most of the time.
    if (!(error <= tolerance))
      assert.fail(`${what}, element ${i}: got ${actual[i]}, expected ${expected[i]}`);
  }
}

describe('convolutions of the embedded engine', () => {
  before(async () => void (await startEngine('embedded')));

  for (const kind of ['full', 'depthwise'] as const) {
    const ofKind = calls.filter((call) => call.kind === kind);
    it(`${kind}: output and gradients are the sums, in ${ofKind.length} combinations`, () => {
      for (const call of ofKind) {
        const shape = outputShapeOf(call);
        const operands = { x: noise(call.input), filter: noise(call.filter), dy: noise(shape) };
        const expected = bySums(call, operands, shape);
        const actual = byTfjs(call, operands, shape);
        const names = ['output', 'input gradient', 'filter gradient'];
        names.forEach((name, i) => {
          assertClose(actual[i]!, expected[i]!, 1e-4, `${name} of ${JSON.stringify(call)}`);
        });
      }
    });
  }

  it('gradients are the finite differences of the output', () => {
    for (const call of calls.filter((_, index) => index % 17 === 0)) {
      const shape = outputShapeOf(call);
      const operands = { x: noise(call.input), filter: noise(call.filter), dy: noise(shape) };
      const [, dx, dw] = byTfjs(call, operands, shape);
      const loss = (x: Float32Array, filter: Float32Array) =>
        byTfjs(call, { ...operands, x, filter }, shape)[0]!.reduce(
          (sum, y, i) => sum + y * operands.dy[i]!,
          0,
        );
      const slope = (at: Float32Array, i: number, value: (moved: Float32Array) => number) => {
        // The loss is linear in each operand, so that a step may be as long as one likes.
        const [up, down] = [Float32Array.from(at), Float32Array.from(at)];
        up[i]! += 1;
        down[i]! -= 1;
        return (value(up) - value(down)) / 2;
      };
      const i = random.below(operands.x.length);
      const w = random.below(operands.filter.length);
      const slopes = [
        slope(operands.x, i, (x) => loss(x, operands.filter)),
        slope(operands.filter, w, (filter) => loss(operands.x, filter)),
      ];
      assertClose([dx![i]!, dw![w]!], slopes, 1e-3, JSON.stringify(call));
    }
  });

  it("are those of tfjs's CPU backend where it can", async () => {
    const stock = calls.filter(
      ({ dilations }, index) => dilations.every((rate) => rate === 1) && index % 3 === 0,
    );
    const shapes = stock.map(outputShapeOf);
    const operands = stock.map((call, i) => ({
      x: noise(call.input),
      filter: noise(call.filter),
      dy: noise(shapes[i]!),
    }));
    const ours = stock.map((call, i) => byTfjs(call, operands[i]!, shapes[i]!));
    await tf.setBackend('cpu');
    const theirs = stock.map((call, i) => byTfjs(call, operands[i]!, shapes[i]!));
    await tf.setBackend('wasm');
    stock.forEach((call, i) => {
      for (const part of [0, 1, 2])
        assertClose(ours[i]![part]!, theirs[i]![part]!, 1e-4, JSON.stringify(call));
    });
  });

  it('leave no tensor and no memory of the backend behind', () => {
    const call = calls.find(({ strides, pad }) => strides[0] === 2 && pad === 'same')!;
    const shape = outputShapeOf(call);
    const operands = { x: noise(call.input), filter: noise(call.filter), dy: noise(shape) };
    const count = () => [tf.memory().numTensors, tf.memory().numDataBuffers, tf.backend().numDataIds()];
    const first = count();
    for (let step = 0; step < 5; step++) byTfjs(call, operands, shape);
    assert.deepEqual(count(), first);
  });
});
