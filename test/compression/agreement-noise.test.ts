import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { agreesLess } from '../../src/compression/fitting/agreement-noise.js';
import { createRandom } from '../../src/core/index.js';

describe('agreement that is less than another', () => {
  it('is so beyond two standard errors of the difference', () => {
    const below = (fewer: number, others: number) => agreesLess(1 - fewer / 256, 1 - others / 256, 256);
    assert.deepEqual(
      [2, 4, 5].map((fewer) => below(fewer, 0)),
      [false, false, true],
    );
    // 2 sqrt(26 + 40) is 16.2, 2 sqrt(26 + 44) 16.7.
    assert.deepEqual([below(40, 26), below(44, 26)], [false, true]);
    assert.ok(!agreesLess(1, 0.9, 256), 'more is not less');
  });

  it('is seldom so of weights that disagree as often', () => {
    const random = createRandom(1);
    const share = () => Array.from({ length: 256 }, () => random.next() < 0.95).filter(Boolean).length / 256;
    const runs = 2000;
    const found = Array.from({ length: runs }, () => agreesLess(share(), share(), 256)).filter(
      Boolean,
    ).length;
    // One side of two standard errors: 2.3 %.
    assert.ok(found / runs < 0.035 && found > 0, `${found}`);
  });
});
