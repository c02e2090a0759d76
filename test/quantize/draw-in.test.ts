import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { drawIn } from '../../src/quantize/index.js';

const values = ({ levels, scale, offset }: ReturnType<typeof drawIn>, channel: number) =>
  [...levels].map((level) => scale[channel]! * level + (offset?.[channel] ?? 0));

describe('drawIn', () => {
  it('moves the values towards zero where there is no offset', () => {
    const grid = { levels: Float32Array.of(-2, -1, 0, 1), scale: Float32Array.of(1, 4) };
    assert.deepEqual(values(drawIn(grid, 0.5), 0), [-1, -0.5, 0, 0.5]);
    assert.deepEqual(values(drawIn(grid, 0.5), 1), [-4, -2, 0, 2]);
  });

  it("moves them towards the middle of each channel's where there are offsets", () => {
    const grid = {
      levels: Float32Array.of(0, 1, 2, 3),
      scale: Float32Array.of(2, 4),
      offset: Float32Array.of(1, -6),
    };
    // From 1..7 and -6..6.
    assert.deepEqual(values(drawIn(grid, 0.5), 0), [2.5, 3.5, 4.5, 5.5]);
    assert.deepEqual(values(drawIn(grid, 0.5), 1), [-3, -1, 1, 3]);
  });

  it('leaves a grid as it is where all of its range is kept', () => {
    const grid = {
      levels: Float32Array.of(0, 1, 3),
      scale: Float32Array.of(0.3, 0),
      offset: Float32Array.of(-0.1, 7),
    };
    assert.deepEqual(drawIn(grid, 1), grid);
  });
});
