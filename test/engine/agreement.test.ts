import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  BFLOAT16,
  disagreement,
  FLOAT32,
  type StepResult,
} from '../../src/engine/native/recorded/agreement.js';

const COUNT = 100;
/** Weights from -2 to 2, and a step that moves each of them by 0.01, every other one down. */
const start = Float32Array.from({ length: COUNT }, (_, i) => (i - COUNT / 2) / 25);
const changes = Float32Array.from({ length: COUNT }, (_, i) => (i % 2 === 0 ? 0.01 : -0.01));
const stepBy = (change: (value: number, index: number) => number, loss = 1): StepResult => ({
  outputs: [Float32Array.of(loss)],
  variables: [start.map((value, index) => value + change(changes[index]!, index))],
});
const eager = stepBy((change) => change);

describe('the agreement of a replayed step with an eager one', () => {
  for (const [name, tolerance] of Object.entries({ FLOAT32, BFLOAT16 })) {
    const check = (replayed: StepResult) => disagreement([start], eager, replayed, tolerance);

    it(`${name}: is there for the same step, and where one weight of a hundred goes the other way`, () => {
      assert.equal(check(eager), null);
      assert.equal(check(stepBy((change, i) => (i === 7 ? -change : change))), null);
    });

    it(`${name}: is not there where every weight, or every other one, goes the other way`, () => {
      assert.match(check(stepBy((change) => -change))!, /^100 of 100 values differ$/);
      assert.match(
        check(stepBy((change, i) => (i % 2 === 0 ? -change : change)))!,
        /^50 of 100 values differ$/,
      );
    });

    it(`${name}: is not there for another loss, or a step ten times as far`, () => {
      assert.match(check(stepBy((change) => change, 1.5))!, /^output 0 is off by 0.50$/);
      assert.match(check(stepBy((change) => 10 * change))!, /^variable 0 moves by 1.0 in place of 0.10$/);
    });
  }
});
