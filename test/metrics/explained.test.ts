import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { unexplainedMeter } from '../../src/metrics/explained.js';

const F = (...values: number[]) => Float32Array.from(values);
const close = (actual: number, expected: number, within = 1e-9) =>
  assert.ok(Math.abs(actual - expected) < within, `${actual}, expected ${expected}`);

/** 1 - R2 of one column, as its definition reads. */
function unexplained(output: readonly number[], target: readonly number[]): number {
  const mean = target.reduce((sum, value) => sum + value, 0) / target.length;
  const error = target.reduce((sum, value, i) => sum + (output[i]! - value) ** 2, 0);
  return error / target.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}

describe('unexplainedMeter', () => {
  it('of a worked example: SSE / SST, over batches', () => {
    const meter = unexplainedMeter();
    meter.add(F(1.1, 1.9), F(1, 2), 1);
    meter.add(F(3.2), F(3), 1);
    close(meter.value(), 0.06 / 2, 1e-6);
  });

  it('is 1 for the mean of every column, and 0 without an error', () => {
    const meter = unexplainedMeter();
    meter.add(F(2, 20, 2, 20), F(1, 10, 3, 30), 2);
    close(meter.value(), 1);
    const exact = unexplainedMeter();
    exact.add(F(5, 5), F(5, 5), 1);
    assert.equal(exact.value(), 0);
  });

  it('each column counts alike, however large its values are, in whatever batches they come', () => {
    const column = fc.array(fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -50, max: 50 })), {
      minLength: 4,
      maxLength: 4,
    });
    fc.assert(
      fc.property(column, column, fc.integer({ min: 1, max: 3 }), (one, other, cut) => {
        const scaled = other.map(([a, b]) => [1000 * a + 2e5, 1000 * b + 2e5] as const);
        const columns = [one, scaled].filter((each) => new Set(each.map(([, wanted]) => wanted)).size > 1);
        const expected =
          columns.reduce(
            (sum, each) =>
              sum +
              unexplained(
                each.map(([output]) => output),
                each.map(([, wanted]) => wanted),
              ),
            0,
          ) / columns.length;
        fc.pre(columns.length > 0);
        const meter = unexplainedMeter();
        for (const rows of [
          [0, cut],
          [cut, 4],
        ] as const) {
          const pick = (side: 0 | 1) =>
            F(
              ...Array.from({ length: rows[1] - rows[0] }, (_, i) =>
                [one, scaled].map((each) => each[rows[0] + i]![side]),
              ).flat(),
            );
          meter.add(pick(0), pick(1), 2);
        }
        close(meter.value(), expected, 1e-6 * Math.max(1, expected));
      }),
    );
  });

  it('a column that does not vary is left out', () => {
    const meter = unexplainedMeter();
    meter.add(F(1, 301, 2, 302), F(1, 300, 3, 300), 2);
    close(meter.value(), unexplained([1, 2], [1, 3]));
  });

  it('where nothing varies, any error is all', () => {
    const meter = unexplainedMeter();
    meter.add(F(300.5, 300), F(300, 300), 1);
    assert.equal(meter.value(), 1);
  });

  it('of more columns than there are quantities, such as pixels, energies are added up', () => {
    const width = 100;
    const meter = unexplainedMeter();
    const target = Float32Array.from({ length: 2 * width }, (_, i) => (i % width === 7 ? i : 0));
    const output = target.map((value, i) => value + (i % width === 3 ? 1 : 0));
    meter.add(output, target, width);
    close(meter.value(), 2 / (width ** 2 / 2));
  });
});
