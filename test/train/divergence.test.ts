import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { compileEagerly } from '../../src/engine/index.js';
import * as tf from '../../src/engine/tf.js';
import { variableOf } from '../../src/engine/weights.js';
import { createDivergence, leaveNoTrace, outputsOf } from '../../src/train/index.js';
import { startCpu } from '../cpu-engine.js';
import { headOf } from '../output-heads.js';

const first = [
  [2, 0, -1],
  [0, 1, 0],
];
const second = [
  [1, 1, -1],
  [0, 3, 0],
];

function softmax(row: readonly number[]): number[] {
  const powers = row.map(Math.exp);
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

const sigmoid = (value: number) => 1 / (1 + Math.exp(-value));

const klOf = (p: readonly number[], q: readonly number[]) =>
  p.reduce((sum, share, index) => sum + share * Math.log(share / q[index]!), 0);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** From its definition, with `first` for the answers and `second` for what they became. */
const expected: Record<string, number> = {
  softmax: mean(first.map((row, index) => klOf(softmax(row), softmax(second[index]!)))),
  sigmoid: mean(
    first.flatMap((row, index) =>
      row.map((value, column) => {
        const [p, q] = [sigmoid(value), sigmoid(second[index]![column]!)];
        return klOf([p, 1 - p], [q, 1 - q]);
      }),
    ),
  ),
  linear: (() => {
    const columns = first[0]!.map((_, column) => {
      const [answers, others] = [first, second].map((rows) => rows.map((row) => row[column]!));
      const centre = mean(answers!);
      const variance = mean(answers!.map((value) => (value - centre) ** 2));
      return mean(answers!.map((value, index) => (value - others![index]!) ** 2)) / variance;
    });
    return mean(columns);
  })(),
};

describe('createDivergence', () => {
  before(async () => void (await startCpu()));

  for (const [kind, value] of Object.entries(expected)) {
    it(`of ${kind} outputs is what the definition gives, and 0 at first`, async () => {
      const weight = tf.variable(tf.tensor2d(first));
      const activate = { softmax: tf.softmax, sigmoid: tf.sigmoid, linear: tf.clone }[kind] as (
        x: tf.Tensor,
      ) => tf.Tensor;
      const divergence = createDivergence(
        (inputs) => ({ outputs: [activate(tf.mul(weight, inputs[0]!))], masks: [null] }),
        [headOf(kind)],
        [weight],
        compileEagerly,
      );
      const one = tf.scalar(1);
      const answers = await divergence.logits([one]);
      const tensors = tf.memory().numTensors;
      assert.ok(Math.abs(await divergence.from(answers, [one])) < 1e-6);
      weight.assign(tf.tidy(() => tf.tensor2d(second)));
      assert.ok(Math.abs((await divergence.from(answers, [one])) - value) < 1e-5);
      assert.equal(tf.memory().numTensors, tensors + 1);
    });
  }
});

describe('leaveNoTrace', () => {
  before(async () => void (await startCpu()));

  it('lets BatchNorm go by the batch without moving its averages, and dropout drop nothing', () => {
    const model = tf.sequential({
      layers: [tf.layers.batchNormalization({ inputShape: [2] }), tf.layers.dropout({ rate: 0.5 })],
    });
    leaveNoTrace(model.layers);
    const averages = () => model.weights.flatMap((weight) => [...variableOf(weight).dataSync()]);
    const untouched = averages();
    const x = tf.tensor2d([
      [1, 10],
      [3, 30],
    ]);
    const [y] = outputsOf(model, [x], true);
    // Two values a column: one standard deviation below and one above their mean.
    for (const [index, value] of y!.dataSync().entries())
      assert.ok(Math.abs(value - (index < 2 ? -1 : 1)) < 1e-2, `${value}`);
    assert.deepEqual(averages(), untouched);
  });
});
