import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import * as tf from '../../src/engine/tf.js';
import { measure } from '../../src/metrics/measure.js';
import type { OutputReading } from '../../src/metrics/meter.js';
import type { Batch } from '../../src/metrics/targets.js';
import { startCpu } from '../cpu-engine.js';

const inputs = [{ shape: [3], dtype: 'float32' as const }];
const rows = [
  [3, 1, 2],
  [0, 5, 1],
  [1, 2, 9],
  [4, 0, 0],
];
/** Right in three rows of four. */
const identity = (xs: tf.Tensor[]) => [tf.clone(xs[0]!)];
/** The columns the other way round: right in one row of four. */
const turned = (xs: tf.Tensor[]) => [tf.reverse(xs[0]!, 1)];

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

describe('measure', () => {
  before(async () => void (await startCpu()));

  for (const kind of ['softmax', 'linear'] as const) {
    it(`class labels are compared with the largest of ${kind} outputs`, async () => {
      const outputs: OutputReading[] = [{ shape: [3], kind }];
      const pass = batchesOf((start, size) => Int32Array.from(classes.slice(start, start + size)));
      const tensors = tf.memory().numTensors;
      const { name, samples, models } = await measure([identity, turned], pass, inputs, outputs);
      assert.equal(tf.memory().numTensors, tensors);
      assert.equal(name, 'accuracy');
      assert.equal(samples, 4);
      assert.deepEqual(
        models.map(({ value }) => value),
        [0.75, 0.25],
      );
      assert.deepEqual(
        models.map(({ agreement }) => agreement),
        [1, 0.25],
      );
      assert.equal(models[0]!.sqnrDb, null);
    });
  }

  it('values are scored by R2, and nothing is scored without labels', async () => {
    const outputs: OutputReading[] = [{ shape: [3], kind: 'linear' }];
    const same = batchesOf((start, size) => [Float32Array.from(rows.slice(start, start + size).flat())]);
    const scored = await measure([identity], same, inputs, outputs);
    assert.equal(scored.name, 'r2');
    assert.equal(scored.models[0]!.value, 1);
    const unlabelled = await measure(
      [identity, turned],
      batchesOf(() => undefined),
      inputs,
      outputs,
    );
    assert.equal(unlabelled.models[1]!.value, null);
    assert.ok(unlabelled.models[1]!.agreement < 1);
  });
});
