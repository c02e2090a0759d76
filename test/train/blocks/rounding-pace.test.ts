import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RoundingPace } from '../../../src/train/blocks/rounding-pace.js';

/**
 * A pace of three blocks of 1,000 steps, after so many.
 *
 * @param stepMs  Milliseconds of each block's steps; the first of a block takes a second.
 */
function paceAfter(count: number, stepMs: readonly number[], maxMs?: number): RoundingPace {
  let now = 0;
  const pace = new RoundingPace({ steps: 1000, maxMs }, 3, () => now);
  for (let step = 0; step < count; step++) {
    now += step % 1000 === 0 ? 1000 : stepMs[Math.floor(step / 1000)]!;
    pace.count();
  }
  return pace;
}

describe('pace of learning the rounding', () => {
  it('is in time without a limit, and where all fits', () => {
    for (const pace of [paceAfter(3000, [10, 10, 10]), paceAfter(3000, [10, 10, 10], 33_000)])
      assert.deepEqual([pace.steps, pace.total, pace.done, pace.isInTime], [1000, 3000, 3000, true]);
  });

  it('is too late as soon as the steps of the first block, but for the first ones, tell so', () => {
    assert.equal(paceAfter(29, [10, 10, 10], 30_000).isInTime, true);
    assert.equal(paceAfter(30, [10, 10, 10], 30_000).isInTime, false);
  });

  it('is too late when a later block turns out slower, and in any case when the time is over', () => {
    assert.equal(paceAfter(1029, [1, 20, 1], 20_000).isInTime, true);
    assert.equal(paceAfter(1030, [1, 20, 1], 20_000).isInTime, false);
    assert.equal(paceAfter(5, [10, 10, 10], 500).isInTime, false);
  });
});
