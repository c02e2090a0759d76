import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { samplesApart } from '../../src/analysis/samples-apart.js';
import { openDigits } from '../pipeline/digit-samples.js';

describe('samplesApart', async () => {
  const { session, opened } = await openDigits();
  const of = (count: number, most: number) => {
    const order = opened.evaluation.order.slice(0, count);
    const samples = { ...opened, evaluation: { ...opened.evaluation, order } };
    const { choosing, confirming, isHeldOut } = samplesApart({ ...session, samples, seed: 1 }, most);
    return { parts: [choosing, confirming].map((each) => each.samples.evaluation.order), isHeldOut };
  };

  it('gives two parts without a sample in common, each as large as may be', () => {
    for (const [count, most, size] of [
      [200, 60, 60],
      [200, 256, 100],
    ] as const) {
      const { parts, isHeldOut } = of(count, most);
      assert.deepEqual(
        parts.map(({ length }) => length),
        [size, size],
      );
      assert.equal(new Set(parts.flat()).size, 2 * size);
      assert.ok(isHeldOut);
    }
  });

  it('does not divide a few', () => {
    const { parts, isHeldOut } = of(40, 256);
    assert.deepEqual(parts[0], parts[1]);
    assert.ok(!isHeldOut);
    session.liveModel.dispose();
  });
});
