import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { fuseBatchNorm, startEngine, tf } from '../../src/engine/index.js';
import { losses, lossInput } from '../../src/train/losses.js';
import { skipWithoutNative } from '../engine/native-available.js';

/** A function of one tensor, and where its gradient is checked; no value lies near a kink. */
interface Checked {
  readonly name: string;
  readonly at: readonly (readonly number[])[];
  readonly compute: (x: tf.Tensor) => tf.Tensor;
}

const logits = [
  [1.3, 0.2, -1.4],
  [-0.7, 0.5, 2.1],
];
const column = [[2], [-0.6]];
const targets: Readonly<Record<string, readonly (readonly number[])[]>> = {
  'one class a row': [
    [0, 0, 1],
    [1, 0, 0],
  ],
  'soft targets': [
    [0.2, 0.5, 0.1],
    [0.9, 0.4, 0.6],
  ],
  'several classes a row': [
    [1, 1, 0],
    [1, 1, 1],
  ],
  'rows of zeros': [
    [0, 0, 0],
    [0, 1, 0],
  ],
};

const matrix = (rows: readonly (readonly number[])[]) => tf.tensor2d(rows.map((row) => [...row]));

const ofLosses: Checked[] = Object.entries(losses).flatMap(([name, loss]) => [
  ...Object.entries(targets).map(([what, rows]) => ({
    name: `${name}, ${what}`,
    at: logits,
    compute: (z: tf.Tensor) => loss(z, matrix(rows), tf.tensor1d([1, 4, 0.5])),
  })),
  ...[0, 1].map((target) => ({
    name: `${name}, one column, ${target}`,
    at: column,
    compute: (z: tf.Tensor) => loss(z, matrix([[target], [target]]), 2),
  })),
]);

const ofForms: Checked[] = (['softmax', 'sigmoid'] as const).flatMap((kind) =>
  (['crossentropy', 'binary-crossentropy', 'mse', 'mae'] as const).map((loss) => ({
    name: `${loss} of a ${kind}`,
    at: logits,
    compute: (z: tf.Tensor) => losses[loss](lossInput(loss, kind, z), matrix(targets['soft targets']!), 1),
  })),
);

const ofActivations: Checked[] = (['relu', 'relu6', 'sigmoid', 'tanh', 'elu', 'softplus'] as const).map(
  (name) => ({
    name,
    at: [
      [-8, -0.4, 0.3],
      [2, 5.5, 8],
    ],
    compute: (x: tf.Tensor) => tf[name](x),
  }),
);

const withBias: Checked = {
  name: 'a bias, whose gradient is a sum over the channels',
  at: [[0.5, -0.3, 1]],
  compute: (bias) => {
    const x = tf.tensor3d([0.1, 0.9, -0.4, 1.2, 0.3, -2, 0.8, 0.2, 0.6, -1, 0.7, 0.4], [2, 2, 3]);
    return tf.square(tf.add(x, tf.reshape(bias, [3])));
  },
};

function normalized(): Checked {
  const model = tf.sequential({ layers: [tf.layers.batchNormalization({ inputShape: [3] })] });
  fuseBatchNorm(model);
  return {
    name: 'BatchNorm on the statistics of the batch',
    at: [
      [1, -2, 0.5],
      [0.2, 3, -1],
      [-1.5, 0.4, 2],
    ],
    compute: (x) => model.apply(x, { training: true }) as tf.Tensor,
  };
}

const STEP = 1e-2;

/** Compares the gradient of a weighted sum of what is computed with its finite differences. */
function assertGradient({ name, at, compute }: Checked): void {
  const shape: [number, number] = [at.length, at[0]!.length];
  const sum = (x: tf.Tensor): tf.Scalar => {
    const y = compute(x);
    const weights = Array.from({ length: y.size }, (_, i) => 1 + Math.sin(3 * i));
    return tf.sum(tf.mul(y, tf.tensor(weights, y.shape)));
  };
  const values = at.flat();
  const gradient = tf.grad(sum)(tf.tensor2d(values, shape)).dataSync();
  for (const [i, actual] of gradient.entries()) {
    const moved = (by: number) =>
      sum(
        tf.tensor2d(
          values.map((value, j) => (i === j ? value + by : value)),
          shape,
        ),
      ).dataSync()[0]!;
    const expected = (moved(STEP) - moved(-STEP)) / (2 * STEP);
    const what = `${name}, element ${i}: ${actual}, by finite differences ${expected}`;
    assert.ok(Math.abs(actual - expected) < 2e-3 * Math.max(1, Math.abs(expected)), what);
  }
}

const skipNative = await skipWithoutNative();

for (const engine of ['embedded', 'native'] as const) {
  describe(`gradients on the ${engine} engine are finite differences`, {
    skip: engine === 'native' && skipNative,
  }, () => {
    before(async () => void (await startEngine(engine)));
    for (const checked of [...ofLosses, ...ofForms, ...ofActivations, withBias])
      it(checked.name, () => assertGradient(checked));
    it('BatchNorm', () => assertGradient(normalized()));
  });
}
