import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createRandom } from '../../src/core/index.js';
import { splitDataset } from '../../src/data/index.js';

describe('split', () => {
  it('puts every sample in one part, of each class alike, the same for the same seed', () => {
    const cases = fc.record({
      classes: fc.array(fc.nat(5), { minLength: 1, maxLength: 200 }),
      // Of doubles, most that are drawn are next to 0 and hold one sample out.
      share: fc.integer({ min: 0, max: 90 }).map((percent) => percent / 100),
      seed: fc.nat(),
      isStratified: fc.boolean(),
    });
    fc.assert(
      fc.property(cases, ({ classes, share, seed, isStratified }) => {
        const split = () =>
          splitDataset(classes.length, share, createRandom(seed), isStratified ? classes : undefined);
        const { train, heldOut } = split();
        assert.deepEqual(split(), { train, heldOut });
        const all = [...train, ...heldOut].sort((a, b) => a - b);
        assert.deepEqual(
          all,
          classes.map((_, index) => index),
        );
        assert.deepEqual(
          train,
          train.toSorted((a, b) => a - b),
        );
        assert.notEqual(train.length, 0);
        const wanted =
          share === 0 ? 0 : Math.max(classes.length < 4 ? 1 : 2, Math.round(share * classes.length));
        assert.equal(heldOut.length, Math.min(classes.length - 1, wanted));
        if (!isStratified) return;
        for (const label of new Set(classes)) {
          const members = classes.filter((each) => each === label).length;
          const held = heldOut.filter((index) => classes[index] === label).length;
          const due = (members * heldOut.length) / classes.length;
          assert.equal(Math.abs(held - due) < 1, true, `${held} of ${members} held out`);
        }
      }),
    );
  });

  it('holds out other samples for another seed', () => {
    const heldOut = (seed: number) => splitDataset(1000, 0.1, createRandom(seed)).heldOut;
    assert.equal(heldOut(1).length, 100);
    assert.notDeepEqual(heldOut(1), heldOut(2));
  });
});
