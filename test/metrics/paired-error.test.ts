import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createRandom } from '../../src/core/index.js';
import { pairedError } from '../../src/metrics/paired-error.js';

/** Right answers of two models: both right, only the first, only the second. */
function answersOf(both: number, first: number, second: number, samples: number): [number[], number[]] {
  const at = (from: number, to: number, index: number) => Number(index >= from && index < to);
  const indices = Array.from({ length: samples }, (_, index) => index);
  return [
    indices.map((index) => at(0, both + first, index)),
    indices.map((index) => at(0, both, index) + at(both + first, both + first + second, index)),
  ];
}

it('the error of a difference is that of the counts in which only one of two models is right, each and the two other cases with half a sample more', () => {
  const [before, after] = answersOf(70, 12, 5, 100);
  const [first, second, samples] = [12.5, 5.5, 102];
  const expected = Math.sqrt(first + second - (first - second) ** 2 / samples) / samples;
  assert.ok(Math.abs(pairedError(before, after) - expected) < 1e-12);
});

it('where two models never differ it is that of about one sample, not 0, and falls with their number', () => {
  const errorOf = (samples: number) => pairedError(...answersOf(samples, 0, 0, samples));
  assert.ok(Math.abs(errorOf(100) - 1 / 102) < 1e-12);
  assert.ok(errorOf(10_000) < 1.01e-4);
});

it('1.96 of them reach the true difference about 95 times in a hundred', () => {
  const random = createRandom(1);
  const [onlyFirst, onlySecond, samples, draws] = [0.04, 0.01, 300, 2000];
  const kept = Array.from({ length: draws }, () => {
    const drawn = Array.from({ length: samples }, () => random.next());
    const before = drawn.map((value) => Number(value >= onlySecond));
    const after = drawn.map((value) => Number(value < onlySecond || value >= onlySecond + onlyFirst));
    const difference = before.reduce((sum, each, index) => sum + each - after[index]!, 0) / samples;
    return Math.abs(difference - (onlyFirst - onlySecond)) <= 1.96 * pairedError(before, after);
  }).filter(Boolean).length;
  assert.ok(kept / draws > 0.93 && kept / draws < 0.98, String(kept / draws));
});
