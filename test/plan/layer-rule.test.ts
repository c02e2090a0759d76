import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { atWidth, type GridRule } from '../../src/plan/index.js';
import type { Bits } from '../../src/quantize/index.js';

describe('atWidth', () => {
  const cases: [string, GridRule, Bits, GridRule][] = [
    ['changes the width alone', { bits: 2, clip: 0.7 }, 4, { bits: 4, clip: 0.7 }],
    [
      'keeps a quantizer that has it',
      { bits: 2, quantizer: 'integer' },
      8,
      { bits: 8, quantizer: 'integer' },
    ],
    ['drops one that lacks it', { bits: 2, quantizer: 'power-of-two' }, 8, { bits: 8 }],
  ];
  for (const [what, rule, bits, expected] of cases)
    it(what, () => assert.deepEqual(atWidth(rule, bits), expected));
});
