import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { excessOf, isWorthwhile, MAX_LEFT } from '../../src/compression/file/rounding-noise.js';
import type { Evaluation } from '../../src/session/index.js';

const heads = (...decisions: readonly (string | null)[]) =>
  ({ samples: { heads: decisions.map((decision) => ({ decision })) } }) as unknown as Evaluation;

describe('excessOf', () => {
  it('is above 0 from 30 dB of values and of sigmoids, and from 20 dB of a softmax', () => {
    const evaluation = heads(null, 'each', 'largest');
    assert.deepEqual(excessOf(evaluation, [0.9e-3, 0.9e-3, 0.9e-2]), [0, 0, 0]);
    const above = excessOf(evaluation, [2e-3, 2e-3, 2e-2]);
    for (const each of above) assert.ok(Math.abs(each - Math.LN2) < 1e-9);
  });

  it('asks for a margin of what finer grids leave, since other samples have more', () => {
    const [left, short, enough] = excessOf(
      heads(null, null, null),
      [1.1e-3, 10 ** -3.04, 10 ** -3.2],
      MAX_LEFT,
    );
    assert.ok(left! > 0 && short! > 0);
    assert.equal(enough, 0);
    // 30.4 dB are no reason to look for finer grids.
    assert.deepEqual(excessOf(heads(null), [10 ** -3.04]), [0]);
  });

  it('is 0 where the noise is not known', () => assert.deepEqual(excessOf(heads(null), [null]), [0]));
});

describe('isWorthwhile', () => {
  it('asks for half of the noise, or for none that is too much', () => {
    assert.equal(isWorthwhile([2], [2.8]), true);
    assert.equal(isWorthwhile([2], [2.6]), false);
    assert.equal(isWorthwhile([0], [0.1]), true);
    assert.equal(isWorthwhile([0], [0]), false);
  });

  it('counts the noisy outputs together, so that one that nothing helps does not speak for all', () => {
    assert.equal(isWorthwhile([6, 0.1], [6, 2]), true);
    assert.equal(isWorthwhile([6, 1.5], [6, 2]), false);
  });
});
