import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createRandom } from '../../src/core/index.js';
import { kMeans } from '../../src/quantize/k-means.js';

const errorOf = (values: readonly number[], centres: ArrayLike<number>): number =>
  values.reduce((sum, value) => sum + Math.min(...Array.from(centres, (centre) => (value - centre) ** 2)), 0);

/** The least error that any `count` centres leave: every way to cut the sorted values into runs, by recursion. */
function leastError(values: readonly number[], count: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const within = (run: readonly number[]) => {
    const mean = run.reduce((sum, value) => sum + value, 0) / run.length;
    return errorOf(run, [mean]);
  };
  const cut = (rest: readonly number[], parts: number): number => {
    if (parts === 1) return within(rest);
    let least = Number.POSITIVE_INFINITY;
    for (let first = 1; first <= rest.length - parts + 1; first++) {
      least = Math.min(least, within(rest.slice(0, first)) + cut(rest.slice(first), parts - 1));
    }
    return least;
  };
  return cut(sorted, count);
}

const hundredths = fc.array(
  fc.integer({ min: -1000, max: 1000 }).map((number) => number / 100),
  { minLength: 1, maxLength: 60 },
);

describe('kMeans', () => {
  it('finds groups that lie apart', () =>
    assert.deepEqual([...kMeans(Float64Array.of(10, 0, 21, 1, 11, 20, 2), 3)], [1, 10.5, 20.5]));

  it('keeps the values where they are few enough, each once', () =>
    assert.deepEqual([...kMeans(Float64Array.of(3, -1, 3, 0), 4)], [-1, 0, 3]));

  it('is ascending and within the values, whatever their order', () =>
    fc.assert(
      fc.property(hundredths, fc.integer({ min: 2, max: 16 }), (values, count) => {
        const centres = kMeans(Float64Array.from(values), count);
        assert.ok(centres.length <= count);
        assert.ok(centres.every((centre, index) => index === 0 || centre > centres[index - 1]!));
        assert.ok(centres[0]! > Math.min(...values) - 1e-9 && centres.at(-1)! < Math.max(...values) + 1e-9);
        assert.deepEqual(kMeans(Float64Array.from(values).reverse(), count), centres);
      }),
    ));

  it('leaves on average at most a fifth more error than the best centres for a handful of values', () => {
    let ratios = 0;
    let cases = 0;
    for (let seed = 0; seed < 60; seed++) {
      const random = createRandom(seed);
      const values = Array.from({ length: 14 }, () => random.normal());
      for (const count of [2, 3, 4]) {
        const ratio = errorOf(values, kMeans(Float64Array.from(values), count)) / leastError(values, count);
        assert.ok(ratio > 1 - 1e-9);
        ratios += ratio;
        cases++;
      }
    }
    assert.ok(ratios / cases < 1.2, `${ratios / cases}`);
  });
});
