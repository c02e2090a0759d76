import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LUCK, leastBeyondLuck } from '../../src/metrics/chance.js';

/** P(X >= least) of a binomial, every outcome of few draws counted by itself. */
function tailByCounting(samples: number, share: number, least: number): number {
  let tail = 0;
  for (let outcome = 0; outcome < 2 ** samples; outcome++) {
    const right = outcome.toString(2).replaceAll('0', '').length;
    if (right >= least) tail += share ** right * (1 - share) ** (samples - right);
  }
  return tail;
}

describe('leastBeyondLuck', () => {
  for (const samples of [1, 5, 12]) {
    for (const share of [0.05, 0.1, 1 / 3, 0.5, 0.9]) {
      it(`is the least of ${samples} that a guess right by ${share.toFixed(2)} hardly reaches`, () => {
        const least = leastBeyondLuck(samples, share);
        if (least <= samples) assert.ok(tailByCounting(samples, share, least) <= LUCK);
        assert.ok(tailByCounting(samples, share, least - 1) > LUCK);
      });
    }
  }

  it('grows with the number of tries', () => {
    // 512 halves: normal(1 - 0.01 / 4) = 2.807, 256 + 2.807 * sqrt(128) = 287.8, and half a step.
    assert.equal(leastBeyondLuck(512, 0.5, 4), 289);
  });

  it('is more than all where all right could be luck', () => {
    assert.equal(leastBeyondLuck(6, 0.5), 7);
    assert.equal(leastBeyondLuck(7, 0.5), 7);
    assert.equal(leastBeyondLuck(512, 1), 513);
  });

  it('holds where the terms are smaller than a double', () => {
    // Poisson with mean 0.512: P(X >= 4) = 0.0021, P(X >= 3) = 0.0153.
    assert.equal(leastBeyondLuck(512, 0.001), 4);
    // Normal: 256 + 2.326 * sqrt(128) = 282.3, and half a step for whole numbers.
    assert.equal(leastBeyondLuck(512, 0.5), 283);
  });
});
