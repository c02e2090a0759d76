import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { measureSnapLoss } from '../../src/analysis/snap-loss.js';
import { floatWeights } from '../../src/compression/file/packing.js';
import { tf } from '../../src/engine/index.js';
import { openDigits } from '../pipeline/digit-samples.js';
import { answersOf, stockScore } from '../pipeline/stock-digits.js';

const COUNT = 100;
const NAMES = ['pointwise/kernel', 'residual/kernel'];

describe('measureSnapLoss', () => {
  it('is the loss of stock tfjs with all on the grid, less that with one kernel as it was', async () => {
    const { session, opened } = await openDigits();
    const order = opened.evaluation.order.slice(0, COUNT);
    const samples = { ...opened, evaluation: { ...opened.evaluation, order } };
    const floats = floatWeights(session.liveModel);
    // Coarse steps stand in for a grid.
    const packed = floats.map((weight) =>
      NAMES.includes(weight.name)
        ? {
            ...weight,
            dtype: 'float32' as const,
            values: Float32Array.from(weight.values, (v) => Math.round(v * 4) / 4),
          }
        : weight,
    );
    const values = (tensors: typeof floats, name: string) =>
      tensors.find((tensor) => tensor.name === name)!.values as Float32Array;
    const unsnapped = new Map(NAMES.map((name) => [name, values(floats, name)]));
    const evaluation = { ...session, samples, limit: COUNT, seed: 0 };
    const tensors = tf.memory().numTensors;
    const found = await measureSnapLoss(evaluation, packed, unsnapped);
    assert.equal(tf.memory().numTensors, tensors);

    const lossWith = async (names: readonly string[]) => {
      const replaced = Object.fromEntries(names.map((name) => [name, values(packed, name)]));
      return (await stockScore(await answersOf(COUNT, replaced))).loss;
    };
    for (const name of NAMES) {
      const expected = (await lossWith(NAMES)) - (await lossWith(NAMES.filter((other) => other !== name)));
      assert.ok(
        Math.abs(found.get(name)! - expected) < 1e-4 + 0.005 * Math.abs(expected),
        `${name}: ${found.get(name)}, ${expected}`,
      );
    }
    assert.equal((await measureSnapLoss(evaluation, packed, new Map())).size, 0);
    await samples.close();
    session.liveModel.dispose();
  });
});
