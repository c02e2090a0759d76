import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { channelLayout, createRandom, sizeOf } from '../../src/core/index.js';
import {
  BIT_WIDTHS,
  dequantize,
  encode,
  type Grid,
  mse,
  nearestCode,
  quantizerFor,
  quantizers,
  sqnrDb,
  widthFor,
} from '../../src/quantize/index.js';
import { codebook } from '../../src/quantize/quantizers/codebook.js';
import { powerOfTwo } from '../../src/quantize/quantizers/power-of-two.js';
import { ternary } from '../../src/quantize/quantizers/ternary.js';
import { normalQuantiles } from './distributions.js';

const shapes: { shape: number[]; axes: number[] }[] = [
  { shape: [40], axes: [] },
  { shape: [12, 7], axes: [1] },
  { shape: [3, 3, 4, 6], axes: [3] },
  { shape: [3, 3, 5, 2], axes: [2, 3] },
  { shape: [3, 3, 4, 6], axes: [2] },
  { shape: [0, 4], axes: [1] },
];

const normals = (count: number, seed: number): Float32Array => {
  const random = createRandom(seed);
  return Float32Array.from({ length: count }, () => random.normal());
};

/** Every value of the grid tried for every weight: slow and plainly right. */
function nearestByTrying(weights: Float32Array, grid: Grid, shape: number[], axes: number[]): number[] {
  const { channels, inner } = channelLayout(shape, axes);
  return Array.from(weights, (weight, element) => {
    const channel = Math.floor(element / inner) % channels;
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (const level of grid.levels) {
      const value = grid.scale[channel]! * level + (grid.offset?.[channel] ?? 0);
      if (Math.abs(value - weight) < least) [best, least] = [value, Math.abs(value - weight)];
    }
    return best;
  });
}

for (const quantizer of quantizers) {
  describe(`quantizer ${quantizer.name}`, () => {
    for (const bits of quantizer.widths.filter((width) => [1.58, 2, 3, 4, 8].includes(width))) {
      for (const { shape, axes } of shapes) {
        it(`${bits} bits, ${shape.join('x')} along [${axes}]: nearest values, one scale a channel`, () => {
          const weights = normals(sizeOf(shape), bits);
          const layout = channelLayout(shape, axes);
          const grid = quantizer.fit(weights, layout, bits);
          // A codebook has no more values than the weights.
          const most = Math.round(2 ** bits);
          assert.ok(grid.levels.length <= most);
          if (weights.length > most) assert.equal(grid.levels.length, most);
          assert.equal(grid.scale.length, layout.channels);
          const values = dequantize(encode(weights, grid, layout));
          const expected = nearestByTrying(weights, grid, shape, axes);
          for (const [element, value] of values.entries()) {
            assert.ok(
              Math.abs(
                Math.abs(value - weights[element]!) - Math.abs(expected[element]! - weights[element]!),
              ) < 1e-6,
            );
          }
        });
      }
    }

    it('puts values that are on its grid exactly back, whatever the scale', () => {
      fc.assert(
        fc.property(
          fc.constantFrom(...quantizer.widths),
          fc.integer(),
          fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
          (bits, seed, scale) => {
            const layout = channelLayout([400], []);
            const { levels } = quantizer.fit(normals(400, seed), layout, bits);
            const random = createRandom(seed);
            const onGrid = Float32Array.from(
              { length: 400 },
              (_, i) => scale * (i < levels.length ? levels[i]! : levels[random.below(levels.length)]!),
            );
            const grid = quantizer.fit(onGrid, layout, bits);
            const back = dequantize(encode(onGrid, grid, layout));
            for (const [i, value] of back.entries())
              assert.ok(Math.abs(value - onGrid[i]!) <= 1e-5 * scale * 2 ** bits);
          },
        ),
        { numRuns: 40 },
      );
    });

    it('reaches on normally distributed weights what it says, more with every bit', () => {
      const weights = normalQuantiles(20_000);
      const layout = channelLayout([20_000], []);
      let last = 0;
      for (const bits of quantizer.widths.filter((width) => width <= 6)) {
        const reached = sqnrDb(
          weights,
          dequantize(encode(weights, quantizer.fit(weights, layout, bits), layout)),
        )!;
        assert.ok(Math.abs(reached - quantizer.gaussianDb[bits]!) < 0.1, `${bits} bits: ${reached} dB`);
        assert.ok(reached > last);
        last = reached;
      }
    });

    // That of uint8 follows from the range, for the size of the file.
    if (quantizer.name !== 'uint8')
      it('finds a scale that a fine search does not beat by more than 1 %', () => {
        const weights = normals(300, 3);
        const layout = channelLayout([300], []);
        const grid = quantizer.fit(weights, layout, quantizer.widths[0]!);
        const found = mse(weights, dequantize(encode(weights, grid, layout)));
        for (let factor = 0.5; factor < 2; factor += 0.01) {
          const other = { ...grid, scale: grid.scale.map((scale) => scale * factor) };
          assert.ok(found <= 1.01 * mse(weights, dequantize(encode(weights, other, layout))));
        }
      });

    it('keeps a channel of zeros zero and is deterministic', () => {
      const weights = Float32Array.from({ length: 40 }, (_, i) => (i % 4 === 1 ? 0 : Math.sin(i)));
      const layout = channelLayout([10, 4], [1]);
      const [bits] = quantizer.widths;
      const once = encode(weights, quantizer.fit(weights, layout, bits!), layout);
      const twice = encode(weights, quantizer.fit(weights, layout, bits!), layout);
      assert.deepEqual(once, twice);
      const values = dequantize(once);
      for (let i = 1; i < 40; i += 4) assert.equal(Math.abs(values[i]!), 0);
    });
  });
}

describe('the quantizer of a tensor', () => {
  it('is the one that was named, and where it lacks the width the first that has it', () => {
    const weights = normals(50, 1);
    const layout = channelLayout([50], []);
    for (const { name, widths } of quantizers.filter(({ choose }) => choose === undefined)) {
      for (const bits of BIT_WIDTHS) {
        const other = bits === 1.58 ? 'ternary' : 'uniform';
        const expected = widths.includes(bits) ? name : other;
        assert.equal(quantizerFor(name, weights, layout, bits).name, expected);
      }
    }
  });
  it('sets the bits where it has no others', () => {
    assert.equal(widthFor('ternary', 4), 1.58);
    assert.equal(widthFor('power-of-two', 8), 4);
    assert.equal(widthFor('uniform', 4), 4);
    assert.equal(widthFor('uniform', 1.58), 1.58);
  });
});

describe('ternary', () => {
  it('has the least error that there is: the largest weights count, the others are 0', () =>
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 300 }), (seed, count) => {
        const weights = normals(count, seed);
        const layout = channelLayout([count], []);
        const found = mse(weights, dequantize(encode(weights, ternary.fit(weights, layout, 1.58), layout)));
        // With the k largest magnitudes kept, their mean is the best scale: |w|^2 - sum^2 / k is left.
        const magnitudes = Array.from(weights, Math.abs).sort((a, b) => b - a);
        const energy = magnitudes.reduce((sum, magnitude) => sum + magnitude ** 2, 0);
        let sum = 0;
        let least = energy;
        for (const [index, magnitude] of magnitudes.entries()) {
          sum += magnitude;
          least = Math.min(least, energy - sum ** 2 / (index + 1));
        }
        assert.ok(found * count <= (1 + 1e-5) * least + 1e-6);
      }),
    ));
});

describe('power-of-two', () => {
  for (const bits of powerOfTwo.widths) {
    it(`${bits} bits: all levels are powers of two, with either sign`, () => {
      const { levels } = powerOfTwo.fit(normals(50, 1), channelLayout([50], []), bits);
      for (const level of levels) {
        assert.ok(Number.isInteger(Math.log2(Math.abs(level))));
        assert.ok(levels.includes(-level));
      }
    });
  }
});

describe('codebook', () => {
  const layout = channelLayout([100, 4], [1]);
  it('has the same values for all channels, in units of each, and needs no more than there are', () => {
    const random = createRandom(2);
    const values = [-2, -0.3, 0, 0.1, 5];
    // Every channel has each value as often, so that their root mean squares are in the proportion of their scales.
    const order = Array.from({ length: 100 }, (_, row) => values[row % 5]!);
    const scales = Array.from({ length: 4 }, () => 0.1 + random.next());
    const weights = Float32Array.from(order.flatMap((value) => scales.map((scale) => scale * value)));
    const grid = codebook.fit(weights, layout, 3);
    const back = dequantize(encode(weights, grid, layout));
    for (const [index, value] of back.entries()) assert.ok(Math.abs(value - weights[index]!) < 1e-5);
    assert.ok(grid.levels.length <= 8);
    for (const [channel, scale] of scales.entries()) {
      assert.ok(Math.abs(grid.scale[channel]! / grid.scale[0]! - scale / scales[0]!) < 1e-4);
    }
  });
  it('of zeros, of one value and of no weights has two levels', () => {
    for (const value of [0, 0.5, -0.5]) {
      const weights = new Float32Array(400).fill(value);
      const grid = codebook.fit(weights, layout, 2);
      assert.equal(grid.levels.length, 2);
      assert.deepEqual(dequantize(encode(weights, grid, layout)), weights);
    }
    assert.equal(codebook.fit(new Float32Array(), channelLayout([0, 4], [1]), 2).levels.length, 2);
  });
});

describe('nearestCode', () => {
  it('agrees with trying every level, even or uneven', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: -50, max: 50 }), { minLength: 2, maxLength: 16 }),
        fc.double({ min: -60, max: 60, noNaN: true }),
        (ints, value) => {
          const levels = Float32Array.from(ints).sort();
          const chosen = levels[nearestCode(levels)(value)]!;
          const least = Math.min(...Array.from(levels, (level) => Math.abs(level - value)));
          assert.ok(Math.abs(Math.abs(chosen - value) - least) < 1e-9);
        },
      ),
    );
  });
});
