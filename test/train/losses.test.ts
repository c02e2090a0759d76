import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import * as tf from '../../src/engine/tf.js';
import { withHeads } from '../../src/metrics/heads.js';
import { lossNames } from '../../src/metrics/index.js';
import { distillationLoss } from '../../src/train/index.js';
import { losses, lossInput } from '../../src/train/losses.js';
import { startCpu } from '../cpu-engine.js';
import { headOf } from '../output-heads.js';

const logits = [
  [0.3, -1.2, 2.5],
  [-0.7, 0.1, 0.4],
];
const targets = [
  [0, 0, 1],
  [1, 0, 0],
];
const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
const softmax = (row: number[]) => {
  const sum = row.reduce((total, z) => total + Math.exp(z), 0);
  return row.map((z) => Math.exp(z) / sum);
};
const cells = (f: (z: number, t: number) => number) =>
  logits.flatMap((row, i) => row.map((z, j) => f(z, targets[i]![j]!))).reduce((sum, value) => sum + value, 0);

/** Each loss as its definition reads, in plain numbers. */
const byDefinition = {
  crossentropy: logits.reduce((sum, row, i) => sum - Math.log(softmax(row)[targets[i]!.indexOf(1)]!), 0) / 2,
  'binary-crossentropy':
    cells((z, t) => -(t * Math.log(sigmoid(z)) + (1 - t) * Math.log(1 - sigmoid(z)))) / 6,
  mse: cells((z, t) => (z - t) ** 2) / 6,
  mae: cells((z, t) => Math.abs(z - t)) / 6,
};

describe('losses', () => {
  before(async () => void (await startCpu()));

  for (const name of lossNames) {
    it(`${name} is what its definition says`, () => {
      const value = tf.mean(losses[name](tf.tensor2d(logits), tf.tensor2d(targets), 1)).dataSync()[0]!;
      assert.ok(Math.abs(value - byDefinition[name]) < 1e-6);
    });

    it(`${name}: its gradient is the finite difference`, () => {
      const y = tf.tensor2d(targets);
      const loss = (z: tf.Tensor) => tf.mean(losses[name](z, y, 1)) as tf.Scalar;
      const gradient = tf.grad(loss)(tf.tensor2d(logits)).dataSync();
      const h = 1e-2;
      for (let i = 0; i < 6; i++) {
        const shifted = (by: number) =>
          loss(
            tf.tensor2d(
              logits.flat().map((z, j) => (i === j ? z + by : z)),
              [2, 3],
            ),
          ).dataSync()[0]!;
        assert.ok(Math.abs(gradient[i]! - (shifted(h) - shifted(-h)) / (2 * h)) < 2e-4);
      }
    });
  }

  it('binary cross-entropy of a large logit does not overflow', () => {
    const value = losses['binary-crossentropy'](
      tf.tensor1d([200, -200]),
      tf.tensor1d([0, 1]),
      1,
    ).dataSync()[0]!;
    assert.equal(value, 200);
  });

  for (const temperature of [1, 2, 4]) {
    it(`distillation at ${temperature} is the Kullback-Leibler divergence, and 0 between equals`, () => {
      const teacher = tf.tensor2d(logits);
      const others = logits.map((row) => row.map((z, j) => z / 2 + j));
      const soft = (row: number[]) => softmax(row.map((z) => z / temperature));
      const divergence = logits.map((row, i) => {
        const q = soft(others[i]!);
        return soft(row).reduce((sum, share, j) => sum + share * Math.log(share / q[j]!), 0);
      });
      const expected = (temperature ** 2 * (divergence[0]! + divergence[1]!)) / 2;
      const loss = tf.mean(
        distillationLoss('softmax', { teacher, student: tf.tensor2d(others) }, 1, temperature),
      );
      assert.ok(Math.abs(loss.dataSync()[0]! - expected) < 1e-5);
      for (const kind of ['softmax', 'sigmoid', 'linear'] as const) {
        const same = tf.mean(distillationLoss(kind, { teacher, student: teacher }, 1, temperature));
        assert.ok(Math.abs(same.dataSync()[0]!) < 1e-6);
      }
    });
  }
});

describe('heads', () => {
  before(async () => void (await startCpu()));

  for (const activation of ['softmax', 'sigmoid'] as const) {
    it(`${activation}: taken off, or computed back, the logits are the same; afterwards it is on again`, () => {
      const dense = tf.layers.dense({ units: 3, activation, inputShape: [4] });
      const model = tf.sequential({ layers: [dense] });
      const x = tf.randomNormal([5, 4], 0, 1, 'float32', 3);
      const before = (model.predict(x) as tf.Tensor).dataSync();
      const logitsBy = (layer: tf.layers.Layer | null) =>
        withHeads([headOf(activation, { layer })], ([head]) => head!.toLogits(model.apply(x) as tf.Tensor));
      const stripped = tf.softmax(logitsBy(dense)).dataSync();
      const computed = tf.softmax(logitsBy(null)).dataSync();
      for (const [i, value] of stripped.entries()) assert.ok(Math.abs(value - computed[i]!) < 1e-5);
      assert.deepEqual((model.predict(x) as tf.Tensor).dataSync(), before);
    });
  }

  it('a loss that is unusual for an activation is computed on the probabilities', () => {
    const z = tf.tensor2d(logits);
    const lossOf = (loss: (typeof lossNames)[number], kind: 'softmax' | 'sigmoid') =>
      tf.mean(losses[loss](lossInput(loss, kind, z), tf.tensor2d(targets), 1)).dataSync()[0]!;
    const p = logits.map(softmax);
    const mean = (f: (p: number, t: number) => number) =>
      p.flatMap((row, i) => row.map((value, j) => f(value, targets[i]![j]!))).reduce((sum, v) => sum + v, 0) /
      6;
    assert.ok(Math.abs(lossOf('mse', 'softmax') - mean((value, t) => (value - t) ** 2)) < 1e-6);
    const binary = mean((value, t) => -(t * Math.log(value) + (1 - t) * Math.log(1 - value)));
    assert.ok(Math.abs(lossOf('binary-crossentropy', 'softmax') - binary) < 1e-5);
    assert.ok(
      Math.abs(lossOf('mae', 'sigmoid') - cells((value, t) => Math.abs(sigmoid(value) - t)) / 6) < 1e-6,
    );
    // Keras divides by the sum of the probabilities first.
    const shares = logits.map((row) =>
      row.map((value) => sigmoid(value) / row.reduce((sum, v) => sum + sigmoid(v), 0)),
    );
    const crossed = shares.reduce((sum, row, i) => sum - Math.log(row[targets[i]!.indexOf(1)]!), 0) / 2;
    assert.ok(Math.abs(lossOf('crossentropy', 'sigmoid') - crossed) < 1e-5);
  });
});
