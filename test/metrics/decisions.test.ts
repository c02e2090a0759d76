import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decidedClasses, decisions } from '../../src/metrics/decisions.js';
import { targetArrays } from '../../src/metrics/targets.js';

const F = (...values: number[]) => Float32Array.from(values);

describe('decisions', () => {
  const cases: [string, Parameters<typeof decisions>, (0 | 1 | null)[]][] = [
    ['the largest of each row', ['largest', F(0.1, 0.9, 0.8, 0.2), F(0, 1, 0, 1), 2], [1, 0]],
    ['one of several right classes', ['largest', F(0.1, 0.6, 0.3), F(0, 1, 1), 3], [1]],
    ['none of them', ['largest', F(0.6, 0.1, 0.3), F(0, 1, 1), 3], [0]],
    ['a row that asks for nothing', ['largest', F(0.6, 0.4, 0.9, 0.1), F(0, 0, 1, 0), 2], [null, 1]],
    ['the class that another model gives most', ['largest', F(0.6, 0.4), F(0.51, 0.49), 2], [1]],
    ['logits of another model, all below 0', ['largest', F(1, 2), F(-3, -2), 2], [1]],
    ['each value on its side of a half', ['each', F(0.1, 0.9, 0.4), F(0, 1, 1), 1], [1, 1, 0]],
    ['several labels in a row, each by itself', ['each', F(0.9, 0.2, 0.7), F(1, 0, 0), 3], [1, 1, 0]],
  ];
  for (const [what, given, expected] of cases)
    it(what, () => assert.deepEqual(decisions(...given), expected));
});

it('each row decides for its largest value, a value by itself from a half on for class 1', () => {
  assert.deepEqual(decidedClasses('largest', F(0.1, 0.3, 0.6, 0.4, 0.4, 0.2), 3), [2, 0]);
  assert.deepEqual(decidedClasses('each', F(0.5, 0.49, 1), 1), [1, 0, 1]);
});

it('class labels become one-hot rows, or plain numbers for one column', () => {
  assert.deepEqual([...targetArrays(Int32Array.of(2, 0), [{ shape: [3] }])[0]!], [0, 0, 1, 1, 0, 0]);
  assert.deepEqual([...targetArrays(Int32Array.of(1, 0), [{ shape: [1] }])[0]!], [1, 0]);
});
