import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createRandom } from '../../src/core/index.js';
import { drawLeaves } from '../../src/data/synthesis/leaves.js';

const SIDE = 32;
const RANGE = { name: '0..1', offset: 0.5, scale: 0.25 };

it('images of discs fill their range, differ, and have neighbours that are alike but for a few edges', () => {
  const draw = () => drawLeaves({ shape: [SIDE, SIDE, 3] }, 4, RANGE, createRandom(3));
  const images = draw();
  assert.deepEqual(images, draw());
  assert.ok(images.every((value) => value >= 0 && value <= 1));
  const mean = images.reduce((sum, value) => sum + value, 0) / images.length;
  assert.ok(Math.abs(mean - 0.5) < 0.15, `${mean}`);
  const steps = Array.from(images, (value, at) => Math.abs(value - (images[at + 3] ?? value))).sort(
    (a, b) => a - b,
  );
  const [median, high] = [steps[steps.length >> 1]!, steps[Math.floor(0.95 * steps.length)]!];
  assert.ok(high > 5 * median, `median ${median}, the highest twentieth from ${high}`);
});
