import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type DropCandidate, nextCost } from '../../src/mixed-precision/drop-search.js';

/** Tries costs until the search stops, the drop being what `dropAt` says. */
function search(dropAt: (cost: number) => number, start: number, mostDrop: number): DropCandidate[] {
  const candidates: DropCandidate[] = [{ cost: start, drop: dropAt(start) }];
  for (let cost = nextCost(candidates, mostDrop); cost !== null; cost = nextCost(candidates, mostDrop)) {
    candidates.push({ cost, drop: dropAt(cost) });
    if (candidates.length > 40) assert.fail('it goes on for ever');
  }
  return candidates;
}

describe('nextCost', () => {
  it('comes near the highest cost that keeps the drop, whatever the law between them', () => {
    const positive = (min: number, max: number) => fc.double({ min, max, noNaN: true });
    fc.assert(
      fc.property(
        positive(0.2, 20),
        positive(0.5, 2),
        positive(0.01, 10),
        positive(0.1, 5),
        (slope, power, start, mostDrop) => {
          const best = (mostDrop / slope) ** (1 / power);
          const candidates = search((cost) => slope * cost ** power, start, mostDrop);
          const held = candidates.filter(({ drop }) => drop <= mostDrop).map(({ cost }) => cost);
          assert.ok(Math.max(...held) > 0.45 * best, `${Math.max(...held)} of ${best}`);
        },
      ),
    );
  });

  it('finds it in two candidates where the drop is in proportion to the cost', () => {
    const candidates = search((cost) => 2 * cost, 1, 0.5);
    assert.deepEqual(
      candidates.map(({ cost }) => cost),
      [1, 0.225],
    );
  });

  it('never candidates again what is above a failed candidate, and stops where nothing keeps the drop', () => {
    const failing = [{ cost: 1, drop: 3 }];
    for (let round = 0; round < 5; round++) {
      const cost = nextCost(failing, 0.5)!;
      assert.ok(cost < Math.min(...failing.map((each) => each.cost)));
      failing.push({ cost, drop: 3 });
    }
    assert.equal(nextCost([{ cost: 1, drop: 0.4 }], 0.5), null);
    assert.equal(
      nextCost(
        [
          { cost: 2, drop: 0.4 },
          { cost: 1, drop: 0.9 },
        ],
        0.5,
      ),
      null,
    );
  });

  it('goes up where nothing is lost at all', () => {
    assert.equal(nextCost([{ cost: 1, drop: -0.1 }], 0.5), 4);
    assert.equal(nextCost([{ cost: 1, drop: 0 }], 0), 4);
  });
});
