import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { commandSchemas } from '../../src/pipeline/options/commands.js';
import { findGoalProblem, type Goal, type GoalOptions, goalOf } from '../../src/plan/goal.js';

describe('what --bits auto aims at', () => {
  const size = (option: 'max-bytes' | 'min-ratio', mostBytes: number): Goal => ({
    kind: 'size',
    option,
    mostBytes,
  });
  const cases: [Omit<GoalOptions, 'bits'>, Goal][] = [
    [{ maxBytes: 64_000 }, size('max-bytes', 64_000)],
    [{ minRatio: 3 }, size('min-ratio', 33_333)],
    [{ maxBytes: 30_000, minRatio: 3 }, size('max-bytes', 30_000)],
    [{ maxBytes: 40_000, minRatio: 3 }, size('min-ratio', 33_333)],
    [{ maxBytes: 40_000, maxDrop: 0.5 }, size('max-bytes', 40_000)],
    [{ maxDrop: 0.5 }, { kind: 'drop', option: 'max-drop', mostDrop: 0.5 }],
  ];
  for (const [options, goal] of cases) {
    it(JSON.stringify(options), () => {
      assert.equal(findGoalProblem({ bits: 'auto', ...options }), null);
      assert.deepEqual(goalOf({ bits: 'auto', ...options }, 100_000), goal);
    });
  }
});

describe('--max-bytes', () => {
  const cases: [string | number, number][] = [
    [65_536, 65_536],
    ['65536', 65_536],
    ['64KB', 64_000],
    ['64 kB', 64_000],
    ['64KiB', 65_536],
    ['1.5MB', 1_500_000],
    ['0.5mib', 524_288],
    ['100B', 100],
  ];
  for (const [typed, bytes] of cases) {
    it(`${typed} is ${bytes} bytes`, () => {
      const parsed = commandSchemas.compress.parse({ model: 'm.json', bits: 'auto', maxBytes: typed });
      assert.equal(parsed.maxBytes, bytes);
    });
  }
});
