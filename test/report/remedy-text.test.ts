import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { remedyText } from '../../src/report/index.js';

describe('remedyText', () => {
  const cases = [
    ['accuracy', 1.84, 310, 'conv at 4 bits: +1.8 points for 310 bytes'],
    ['agreement', 0, 12_345, 'conv at 4 bits: +0.0 points of agreement for 12,345 bytes'],
    ['r2', 2.34, 0, 'conv at 4 bits: +0.023 R², and no byte more'],
    ['accuracy', -0.4, -1200, 'conv at 4 bits: −0.4 points, and 1,200 bytes less'],
  ] as const;
  for (const [metric, points, bytes, text] of cases)
    it(text, () => assert.equal(remedyText('conv at 4 bits', points, metric, bytes), text));
});
