import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { channelLayout } from '../../src/core/index.js';
import {
  channelEnergies,
  dequantize,
  encode,
  type Grid,
  weightErrors,
  weightHistogram,
  worstChannels,
} from '../../src/quantize/index.js';

/** A [3, 4, 2] tensor whose four channels lie along the middle dimension. */
const layout = channelLayout([3, 4, 2], [1]);
const channelOf = (element: number) => Math.floor(element / 2) % 4;

const weightsOf = fc
  .array(fc.integer({ min: -99, max: 99 }), { minLength: 24, maxLength: 24 })
  .map((values) => Float32Array.from(values, (value) => value / 16));

const gridOf = fc
  .record({
    levels: fc.constantFrom([-1.5, -0.5, 0.5, 1.5], [-1, 0, 1], [-4, -1, 0, 0.25, 1]),
    scale: fc.array(fc.constantFrom(0, 0.25, 1, 2.5), { minLength: 4, maxLength: 4 }),
    offset: fc.option(fc.array(fc.constantFrom(-1, 0, 0.5), { minLength: 4, maxLength: 4 })),
  })
  .map(
    ({ levels, scale, offset }): Grid => ({
      levels: Float32Array.from(levels),
      scale: Float32Array.from(scale),
      ...(offset === null ? {} : { offset: Float32Array.from(offset) }),
    }),
  );

const close = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) <= 1e-5 * Math.max(1, Math.abs(expected)), `${actual}, ${expected}`);

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe('weightErrors', () => {
  it('is what a count over every weight says', () =>
    fc.assert(
      fc.property(weightsOf, gridOf, (weights, grid) => {
        const packed = dequantize(encode(weights, grid, layout));
        const found = weightErrors(weights, packed, grid, layout);
        const rows = [...weights].map((weight, element) => {
          const scale = grid.scale[channelOf(element)]!;
          const offset = grid.offset?.[channelOf(element)] ?? 0;
          const values = [...grid.levels].map((level) => scale * level + offset);
          const steps = values.slice(1).map((value, index) => value - values[index]!);
          const error = Math.abs(weight - packed[element]!);
          return {
            weight,
            error,
            inSteps: scale === 0 ? 0 : error / (sum(steps) / steps.length),
            clipped:
              scale > 0 &&
              (weight < values[0]! - steps[0]! / 2 || weight > values.at(-1)! + steps.at(-1)! / 2),
          };
        });
        const energy = sum(rows.map(({ weight }) => weight ** 2));
        close(found.normalizedError, energy === 0 ? 0 : sum(rows.map(({ error }) => error ** 2)) / energy);
        close(found.worstErrorSteps, Math.max(...rows.map(({ inSteps }) => inSteps)));
        close(found.clippedShare, rows.filter(({ clipped }) => clipped).length / 24);
        close(found.zeroShare, packed.filter((value) => value === 0).length / 24);
      }),
    ));

  it('of one weight that was clipped by a step and a half', () => {
    const grid = { levels: Float32Array.of(-1, 0, 1), scale: Float32Array.of(2) };
    const single = channelLayout([4], []);
    const weights = Float32Array.of(0, 1.9, -2, 5);
    const packed = dequantize(encode(weights, grid, single));
    const { worstErrorSteps, clippedShare, zeroShare } = weightErrors(weights, packed, grid, single);
    assert.deepEqual([worstErrorSteps, clippedShare, zeroShare], [1.5, 0.25, 0.25]);
  });
});

describe('channelEnergies and worstChannels', () => {
  it('are those of the weights of each channel, picked one by one', () =>
    fc.assert(
      fc.property(weightsOf, weightsOf, (weights, packed) => {
        const own = (values: Float32Array, channel: number) =>
          [...values].filter((_, element) => channelOf(element) === channel);
        const energies = channelEnergies(weights, packed, layout);
        const expected = [0, 1, 2, 3].map((channel) => {
          const [before, after] = [own(weights, channel), own(packed, channel)];
          return {
            before: sum(before.map((value) => value ** 2)),
            after: sum(after.map((value) => value ** 2)),
            error: sum(before.map((value, index) => (value - after[index]!) ** 2)),
          };
        });
        for (const [channel, energy] of energies.entries()) {
          for (const key of ['before', 'after', 'error'] as const)
            close(energy[key], expected[channel]![key]);
        }
        const worst = worstChannels(energies, 3);
        const total = sum(expected.map(({ error }) => error));
        for (const { channel, errorShare } of worst) close(errorShare, expected[channel]!.error / total);
        const left = expected.filter((_, channel) => !worst.some((each) => each.channel === channel));
        for (const { error } of left) assert.ok(error <= (worst.at(-1)?.errorShare ?? 0) * total + 1e-3);
      }),
    ));

  it('no channel errs where nothing was lost', () =>
    assert.deepEqual(worstChannels([{ before: 1, after: 1, error: 0 }], 3), []));
});

describe('weightHistogram', () => {
  it('counts every weight once, between the least and the most', () =>
    fc.assert(
      fc.property(weightsOf, gridOf, (weights, grid) => {
        const { min, max, counts, levels } = weightHistogram(weights, grid, layout, 8);
        assert.equal(sum(counts), 24);
        assert.equal(levels.length, grid.levels.length);
        assert.ok(min <= max);
      }),
    ));

  it('brings channels to one scale: twice the scale and twice the weights look alike', () => {
    const two = channelLayout([2, 4], [0]);
    const weights = Float32Array.of(-1.5, -0.5, 0.5, 1.5, -3, -1, 1, 3);
    const grid = { levels: Float32Array.of(-1.5, -0.5, 0.5, 1.5), scale: Float32Array.of(1, 2) };
    assert.deepEqual(weightHistogram(weights, grid, two, 3), {
      min: -1.5,
      max: 1.5,
      counts: [2, 2, 4],
      levels: [-1.5, -0.5, 0.5, 1.5],
    });
  });

  it('of weights that are all the same', () => {
    const grid = { levels: Float32Array.of(-1, 1), scale: Float32Array.of(0) };
    const { min, max, counts } = weightHistogram(new Float32Array(3), grid, channelLayout([3], []), 4);
    assert.deepEqual([min, max, counts], [0, 0, [3, 0, 0, 0]]);
  });
});
