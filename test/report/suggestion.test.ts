import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nearest } from '../../src/report/index.js';

const flags = ['--bits', '--layer', '--learning-rate', '--loss', '--to', '-o'];

describe('nearest', () => {
  const cases: [string, string | undefined][] = [
    ['--bist', '--bits'],
    ['--bit', '--bits'],
    ['--BITS', '--bits'],
    ['--learnin_rate', '--learning-rate'],
    ['--los', '--loss'],
    ['--something-else', undefined],
    ['-x', undefined],
    ['', undefined],
  ];
  for (const [typed, expected] of cases) {
    it(`${typed} → ${expected}`, () => assert.equal(nearest(typed, flags), expected));
  }
});
