import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom, shuffledIndices } from '../../src/core/index.js';
import { assignClasses } from '../../src/metrics/class-assignment.js';

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

function permutations(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((first) =>
    permutations(items.filter((item) => item !== first)).map((rest) => [first, ...rest]),
  );
}

describe('assignClasses', () => {
  for (const seed of [0, 1, 2]) {
    it(`finds the best of all orders where answers are right by three in four (${seed})`, () => {
      const random = createRandom(seed);
      const order = shuffledIndices(5, random);
      const answers = range(400).map(() => random.below(5));
      const labels = answers.map((answer) => (random.next() < 0.75 ? order[answer]! : random.below(5)));
      const right = (labelOf: readonly number[]) =>
        answers.filter((answer, index) => labelOf[answer] === labels[index]).length;
      const best = permutations(range(5)).reduce((most, each) => (right(each) > right(most) ? each : most));
      assert.deepEqual(assignClasses(labels, answers, 5), best);
    });
  }

  it('leaves what never occurs as it is where it can, and is a permutation', () => {
    assert.deepEqual(assignClasses([0, 0, 2], [1, 1, 2], 5), [1, 0, 2, 3, 4]);
    assert.deepEqual(assignClasses([], [], 3), [0, 1, 2]);
    assert.deepEqual(assignClasses([1, 1, 0], [0, 1, 0], 2), [1, 0]);
  });
});
