import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { noiseUnits, outputNoise } from '../../src/compression/file/output-noise.js';

/** Two columns: 301 and a bit, with a variance of 2/3, and thousands with one of 2e6/3. */
const values = Float32Array.of(300, 4000, 301, 5000, 302, 6000);
const units = noiseUnits({ values, width: 2 });
const near = (value: number, expected: number) =>
  assert.ok(Math.abs(value - expected) <= 1e-3 * expected, `${value}, not ${expected}`);

describe('the noise of an output', () => {
  it('is counted about the mean of each column, in units of its variance', () => {
    const shifted = values.map((value, index) => (index % 2 === 0 ? value + 0.1 : value));
    // 0.1 ** 2 over 2/3 and, for the smallest deviation, a millionth of the other column's; half of the columns have it.
    near(outputNoise(units, values, shifted), 0.01 / (2 / 3 + 2 / 3) / 2);
    const further = values.map((value, index) => (index % 2 === 0 ? value : value + 100));
    near(outputNoise(units, values, further), 1e4 / (2e6 / 3) / 2);
    assert.equal(outputNoise(units, values, values), 0);
  });

  it('of what does not vary is counted as it is', () => {
    const constant = noiseUnits({ values: new Float32Array(4).fill(7), width: 1 });
    near(outputNoise(constant, new Float32Array(4).fill(7), new Float32Array(4).fill(7.5)), 0.25);
  });

  it('is not told from what float32 makes where it is as small as that', () => {
    const beyond = noiseUnits({ values: Float32Array.of(2000.001, 2000.002), width: 1 });
    const oneOff = Math.fround(2000.001) + 2 ** -13;
    const noise = outputNoise(beyond, Float32Array.of(2000.001, 2000.002), Float32Array.of(oneOff, 2000.002));
    assert.ok(noise > 0 && noise < beyond.resolution);
  });
});
