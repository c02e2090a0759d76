import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RoundingPace } from '../../../src/train/blocks/rounding-pace.js';

/** A pace after so many steps of so many milliseconds, of which the first takes a second. */
function paceAfter(count: number, stepMs: number, maxMs?: number): RoundingPace {
  let now = 0;
  const pace = new RoundingPace({ steps: 3000, leastSteps: 1500, maxMs }, 3, () => now);
  for (let step = 0; step < count; step++) {
    now += step === 0 ? 1000 : stepMs;
    pace.count();
  }
  return pace;
}

describe('pace of learning the rounding', () => {
  it('is as wanted without a limit, and where all fits', () => {
    for (const pace of [paceAfter(100, 10), paceAfter(100, 10, 90_000)]) {
      assert.deepEqual([pace.steps, pace.total, pace.done, pace.isEnough], [3000, 9000, 100, true]);
    }
  });

  it('has as many steps as there is time for, by those after the first', () => {
    const pace = paceAfter(30, 10, 60_000);
    assert.deepEqual([pace.steps, pace.isEnough], [2000, true]);
  });

  it('is not enough where the least steps take too long, once that is known', () => {
    assert.equal(paceAfter(29, 10, 30_000).isEnough, true);
    assert.equal(paceAfter(30, 10, 30_000).isEnough, false);
  });
});
