import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findBottleneck, type LayerEvidence } from '../../src/plan/index.js';

/** A 2-bit layer that does what 2 bits do on normally distributed weights: 9.25 dB. */
const usual: LayerEvidence = {
  bits: 2,
  expectedDb: 9.25,
  roundingDb: 9.3,
  trained: false,
  outputDb: 9.1,
};

describe('findBottleneck', () => {
  const cases: [string, Partial<LayerEvidence>, RegExp | null][] = [
    ['a usual layer is none', {}, null],
    ['a little below is none', { roundingDb: 6.4 }, null],
    ['without noise it is none', { roundingDb: null, outputDb: null }, null],
    ['three levels reach 7.2 dB', { bits: 1.58, expectedDb: 7.21, roundingDb: 4.3, outputDb: 7 }, null],
    [
      'three levels of weights with outliers',
      { bits: 1.58, expectedDb: 7.21, roundingDb: 4.1 },
      /1\.58 bits reach 7\.2 dB/,
    ],
    ['the mark is that of the grid', { bits: 4, expectedDb: 14.23, roundingDb: 14, outputDb: 14 }, null],
    ['8 bits are all there is', { bits: 8, roundingDb: 20 }, null],
    ['weights with outliers', { roundingDb: 2 }, /outliers.*2\.0 dB.*9\.3 dB/],
    ['trained weights that did not settle', { roundingDb: 2, trained: true }, /did not settle/],
    ['noisy outputs after plain rounding', { outputDb: 1 }, /output at 1\.0 dB/],
    ['noisy outputs that training has seen', { outputDb: 1, trained: true }, null],
  ];
  for (const [name, evidence, reason] of cases) {
    it(name, () => {
      const found = findBottleneck({ ...usual, ...evidence });
      if (reason === null) assert.equal(found, null);
      else assert.match(found!.reason, reason);
    });
  }

  it('the remedy is the fewest bits that make up for what is short, 8 at most', () => {
    const remedy = (roundingDb: number) => findBottleneck({ ...usual, roundingDb })?.bits;
    assert.equal(remedy(5), 3);
    assert.equal(remedy(2), 4);
    assert.equal(remedy(-60), 8);
    assert.equal(findBottleneck({ ...usual, bits: 1.58, expectedDb: 7.21, roundingDb: 4 })?.bits, 3);
  });
});
