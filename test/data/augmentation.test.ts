import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom, type Random } from '../../src/core/index.js';
import { augmentations, parseAugmentations } from '../../src/data/index.js';
import { refusal } from './specs.js';

/** A source that gives these numbers, scaled as asked for. */
function scripted(...numbers: number[]): Random {
  return {
    ...createRandom(0),
    next: () => numbers.shift()!,
    below: (limit) => Math.floor(numbers.shift()! * limit),
  };
}

/** An image of height 8, width 16 and 2 channels whose values tell where they come from. */
const SHAPE = [8, 16, 2];
const at = (y: number, x: number, channel: number): number => 100 * y + 2 * x + channel;
const image = (): Float32Array =>
  Float32Array.from({ length: 256 }, (_, index) =>
    at(Math.floor(index / 32), Math.floor(index / 2) % 16, index % 2),
  );

function assertImage(
  values: Float32Array,
  expected: (y: number, x: number, channel: number) => number,
): void {
  for (const [index, value] of values.entries()) {
    assert.equal(value, expected(Math.floor(index / 32), Math.floor(index / 2) % 16, index % 2));
  }
}

describe('augmentation', () => {
  for (const { name, describe: description, apply } of augmentations) {
    it(`${name} says what it does and does the same for the same seed`, () => {
      assert.match(name, /^[a-z-]+$/);
      assert.equal(augmentations.filter((each) => each.name === name).length, 1);
      assert.notEqual(description, '');
      const run = (seed: number) => {
        const values = image();
        const random = createRandom(seed);
        for (let round = 0; round < 5; round++) apply(values, SHAPE, random);
        return values;
      };
      assert.deepEqual(run(3), run(3));
      assert.ok(run(3).every(Number.isFinite));
    });

    it(`${name} takes samples that are no images, or refuses them by its name`, () => {
      try {
        apply(new Float32Array(4), [4], createRandom(0));
      } catch (thrown) {
        refusal('usage', name, 'samples of 4')(thrown);
      }
    });
  }

  it('flip turns every other image left to right', () => {
    const [flip] = parseAugmentations('flip');
    const values = image();
    flip!.apply(values, SHAPE, scripted(0.4));
    assert.deepEqual(values, image());
    flip!.apply(values, SHAPE, scripted(0.6));
    assertImage(values, (y, x, channel) => at(y, 15 - x, channel));
  });

  it('shift moves images by up to an eighth and repeats their edges', () => {
    const [shift] = parseAugmentations('shift');
    for (const [drawn, down, right] of [
      [0, -1, -2],
      [0.5, 0, 0],
      [0.999, 1, 2],
    ] as const) {
      const values = image();
      shift!.apply(values, SHAPE, scripted(drawn, drawn));
      const clamp = (position: number, size: number) => Math.max(0, Math.min(size - 1, position));
      assertImage(values, (y, x, channel) => at(clamp(y - down, 8), clamp(x - right, 16), channel));
    }
  });

  it('cutout covers a square around a point, cut off at the edges, with the mean colour', () => {
    const [cutout] = parseAugmentations('cutout');
    const mean = (channel: number) => 100 * 3.5 + 2 * 7.5 + channel;
    for (const [drawn, rows, columns] of [
      [0, [0, 2], [0, 4]],
      [0.5, [2, 6], [4, 12]],
      [0.999, [5, 8], [11, 16]],
    ] as const) {
      const values = image();
      cutout!.apply(values, SHAPE, scripted(drawn, drawn));
      const inside = (position: number, [from, to]: readonly [number, number]) =>
        position >= from && position < to;
      assertImage(values, (y, x, channel) =>
        inside(y, rows) && inside(x, columns) ? mean(channel) : at(y, x, channel),
      );
    }
  });

  it('is named in a list', () => {
    assert.deepEqual(
      parseAugmentations('flip, shift').map(({ name }) => name),
      ['flip', 'shift'],
    );
    assert.throws(
      () => parseAugmentations('flip,spin'),
      refusal('usage', 'got spin', ...augmentations.map(({ name }) => name)),
    );
  });

  it('of images refuses samples that are none', () => {
    for (const { name, apply } of parseAugmentations('flip,shift,cutout')) {
      assert.throws(
        () => apply(new Float32Array(4), [4], createRandom(0)),
        refusal('usage', name, 'samples of 4'),
      );
    }
  });
});
