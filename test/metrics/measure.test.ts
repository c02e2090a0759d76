import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import * as tf from '../../src/engine/tf.js';
import { labelledScore, measure, worstOutput } from '../../src/metrics/index.js';
import { pairedError } from '../../src/metrics/paired-error.js';
import type { Batch } from '../../src/metrics/targets.js';
import { startCpu } from '../cpu-engine.js';
import { headOf } from '../output-heads.js';

const inputs = [{ shape: [3], dtype: 'float32' as const }];
const rows = [
  [3, 1, 2],
  [0, 5, 1],
  [1, 2, 9],
  [4, 0, 0],
];
/** Right in three rows of four. */
const identity = async (xs: tf.Tensor[]) => [tf.clone(xs[0]!)];
/** The columns the other way round: right in one row of four. */
const turned = async (xs: tf.Tensor[]) => [tf.reverse(xs[0]!, 1)];

async function* batchesOf(labels: (start: number, size: number) => Batch['labels']): AsyncGenerator<Batch> {
  for (const [start, size] of [
    [0, 3],
    [3, 1],
  ] as const) {
    const values = Float32Array.from(rows.slice(start, start + size).flat());
    yield { inputs: [values], labels: labels(start, size), size };
  }
}

const classes = [0, 1, 2, 1];
const classLabels = (start: number, size: number) => Int32Array.from(classes.slice(start, start + size));
const values = (start: number, size: number) => Float32Array.from(rows.slice(start, start + size).flat());

describe('measure', () => {
  before(async () => void (await startCpu()));

  for (const activation of ['softmax', 'linear'] as const) {
    it(`class labels are compared with the largest of ${activation} outputs`, async () => {
      const heads = [headOf(activation, { target: 'class' })];
      const tensors = tf.memory().numTensors;
      const { samples, models, errors } = await measure(
        { models: [identity, turned], inputs, heads },
        batchesOf(classLabels),
      );
      assert.equal(tf.memory().numTensors, tensors);
      assert.equal(samples, 4);
      const [own, other] = models.map(({ outputs }) => outputs[0]!);
      assert.deepEqual([own!.metric, own!.value, other!.value], ['accuracy', 0.75, 0.25]);
      assert.deepEqual([own!.agreement, other!.agreement], [1, 0.25]);
      assert.deepEqual(errors, [pairedError([1, 1, 1, 0], [0, 1, 0, 0])]);
      assert.equal(models[0]!.sqnrDb, null);
      assert.deepEqual(own!.classes, [
        { samples: 1, right: 1 },
        { samples: 2, right: 1 },
        { samples: 1, right: 1 },
      ]);
    });
  }

  it('a logit is a yes from 0 on, a probability from 1/2 on', async () => {
    const one = [{ shape: [1], dtype: 'float32' as const }];
    const given = [0.3, 0.4, -0.2, 0.7];
    const labels = Int32Array.of(1, 1, 0, 1);
    const accuracy = async (activation: 'linear' | 'sigmoid') => {
      const heads = [headOf(activation, { shape: [1], target: 'class' })];
      const batch = { inputs: [Float32Array.from(given)], labels, size: 4 };
      const passes = async function* (): AsyncGenerator<Batch> {
        yield batch;
      };
      const { models } = await measure({ models: [identity], inputs: one, heads }, passes());
      return models[0]!.outputs[0]!.value;
    };
    assert.equal(await accuracy('linear'), 1);
    assert.equal(await accuracy('sigmoid'), 0.5);
  });

  it('values are scored by R2, and nothing is scored without labels', async () => {
    const heads = [headOf('linear')];
    const scored = await measure(
      { models: [identity], inputs, heads },
      batchesOf((start, size) => [values(start, size)]),
    );
    assert.deepEqual([scored.models[0]!.outputs[0]!.metric, labelledScore(scored.models[0]!)], ['r2', 1]);
    const unlabelled = await measure(
      { models: [identity, turned], inputs, heads },
      batchesOf(() => undefined),
    );
    assert.equal(labelledScore(unlabelled.models[1]!), null);
    assert.ok(unlabelled.models[1]!.outputs[0]!.agreement < 1);
  });

  it('masked rows count in nothing', async () => {
    const heads = [headOf('softmax')];
    // The last sample, the only wrong one, is padding.
    const masks = (xs: tf.Tensor[]) => [tf.cast(tf.less(tf.slice(xs[0]!, [0, 0], [-1, 1]), 4), 'float32')];
    const { models } = await measure({ models: [identity], inputs, heads, masks }, batchesOf(classLabels));
    assert.equal(models[0]!.outputs[0]!.value, 1);
  });

  it('outputs of two kinds have a metric each, and are compared by their losses', async () => {
    const heads = [headOf('softmax'), headOf('linear', { shape: [3] })];
    const right = async (xs: tf.Tensor[]) => [tf.softmax(xs[0]!), tf.clone(xs[0]!)];
    const wrong = async (xs: tf.Tensor[]) => [tf.softmax(xs[0]!), tf.add(xs[0]!, 1)];
    const oneHot = (start: number, size: number) =>
      Float32Array.from(
        classes.slice(start, start + size).flatMap((k) => [0, 1, 2].map((j) => Number(j === k))),
      );
    const { models } = await measure(
      { models: [right, wrong], inputs, heads },
      batchesOf((start, size) => [oneHot(start, size), values(start, size)]),
    );
    const [before, after] = models;
    assert.deepEqual(
      before!.outputs.map(({ metric, value }) => [metric, value]),
      [
        ['accuracy', 0.75],
        ['r2', 1],
      ],
    );
    assert.equal(worstOutput(before!, after!), 1);
    assert.ok(labelledScore(after!)! < labelledScore(before!)!);
  });
});
