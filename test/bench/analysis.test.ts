import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { spearman } from './analysis/spearman.js';

describe('spearman', () => {
  const cases = [
    ['the same order', [1, 2, 3, 4], [10, 20, 21, 90], 1],
    ['the opposite order', [1, 2, 3, 4], [4, 3, 2, 1], -1],
    // Five pairs: 1 - 6 * 8 / (5 * 24).
    ['a worked example', [1, 2, 3, 4, 5], [2, 1, 4, 5, 3], 0.6],
    // Ranks 1, 2.5, 2.5, 4 against 1 to 4: 4.5 / sqrt(4.5 * 5).
    ['equal values share a rank', [1, 7, 7, 9], [1, 2, 3, 4], 4.5 / Math.sqrt(22.5)],
  ] as const;
  for (const [name, one, other, expected] of cases)
    it(name, () => assert.ok(Math.abs(spearman(one, other) - expected) < 1e-12, `${spearman(one, other)}`));
});
