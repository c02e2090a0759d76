import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom } from '../../src/core/index.js';
import { createStarts } from '../../src/data/synthesis/starts.js';

const RANGE = { name: '0..1', offset: 0.5, scale: 0.25 };
const SIDE = 24;
const inputOf = (shape: readonly number[]) => ({ shape, dtype: 'float32' as const, limit: null });
const image = inputOf([SIDE, SIDE, 3]);

/** Median distance of neighbouring pixels: small where areas are flat. */
function medianStep(values: Float32Array): number {
  const steps = Array.from(values.subarray(3), (value, at) => Math.abs(value - values[at]!));
  return steps.sort((a, b) => a - b)[steps.length >> 1]!;
}

/** Variance that the channels of a pixel don't share, by that of all values. */
function colourShare(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let [own, all] = [0, 0];
  for (let at = 0; at < values.length; at += 3) {
    const pixel = values.subarray(at, at + 3);
    const grey = (pixel[0]! + pixel[1]! + pixel[2]!) / 3;
    for (const value of pixel) {
      own += (value - grey) ** 2;
      all += (value - mean) ** 2;
    }
  }
  return own / all;
}

describe('createStarts', () => {
  it('takes noise, grey images and flat discs in turn, where an input is an image', () => {
    const starts = createStarts([image], [RANGE], true);
    const drawn = [0, 1, 2].map((batch) => starts.draw(batch, 8, createRandom(1))[0]!);
    const [noise, photographs, discs] = drawn as [Float32Array, Float32Array, Float32Array];
    assert.ok(drawn.every((values) => values.length === 8 * SIDE * SIDE * 3));
    // Independent channels have two thirds of it.
    assert.ok(colourShare(noise) > 0.5, `${colourShare(noise)}`);
    assert.ok(colourShare(photographs) < 0.2, `${colourShare(photographs)}`);
    assert.ok(medianStep(discs) < 0.75 * medianStep(photographs));
    assert.deepEqual(starts.draw(3, 8, createRandom(1))[0], noise);
    assert.deepEqual(starts.draw(5, 8, createRandom(1))[0], discs);
  });

  it('takes noise alone for vectors, and where the starts are not varied', () => {
    for (const starts of [
      createStarts([inputOf([5])], [RANGE], true),
      createStarts([image], [RANGE], false),
    ]) {
      assert.deepEqual(starts.draw(1, 4, createRandom(2)), starts.draw(0, 4, createRandom(2)));
      assert.equal(starts.describe(3), 'noise, with values of 0..1');
    }
  });

  it('names the kinds that there were batches of, and each range once', () => {
    const starts = createStarts([image, inputOf([5])], [RANGE, RANGE], true);
    const all = 'noise, images like photographs and discs that cover each other, with values of 0..1';
    assert.equal(starts.describe(10), all);
    assert.equal(starts.describe(2), 'noise and images like photographs, with values of 0..1');
    assert.equal(starts.describe(1), 'noise, with values of 0..1');
    const volume = createStarts([inputOf([8, 8, 8, 1])], [RANGE], true);
    assert.equal(volume.describe(10), 'noise and images like photographs, with values of 0..1');
  });
});
