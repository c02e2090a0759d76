import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import * as tf from '../../src/engine/tf.js';
import { distillationLoss } from '../../src/train/index.js';
import { logitDistance } from '../../src/train/logit-distance.js';
import { startCpu } from '../cpu-engine.js';

const teacher = [
  [2, -1, 0.5],
  [-0.5, 1.5, 0],
];
const student = [
  [1.5, -1, 1],
  [0, 1, 0.25],
];

const distance = (kind: 'softmax' | 'sigmoid', ours: number[][]): number =>
  logitDistance(kind, { teacher: tf.tensor2d(teacher), student: tf.tensor2d(ours) }, null).dataSync()[0]!;

describe('the distance between logits', () => {
  before(async () => void (await startCpu()));

  it('is the squared error over the squares, of a softmax each row less its mean', () => {
    const centre = (row: number[]) => row.map((z) => z - row.reduce((sum, each) => sum + each) / row.length);
    const ratio = (wanted: number[], got: number[]) =>
      wanted.reduce((sum, z, i) => sum + (got[i]! - z) ** 2, 0) / wanted.reduce((sum, z) => sum + z * z, 0);
    const centred = ratio(teacher.flatMap(centre), student.flatMap(centre));
    assert.ok(Math.abs(distance('softmax', student) - centred) < 1e-6);
    assert.ok(Math.abs(distance('sigmoid', student) - ratio(teacher.flat(), student.flat())) < 1e-6);
  });

  it('of a softmax is blind to what the answer is blind to, and 0 only there', () => {
    const shifted = teacher.map((row) => row.map((z) => z + 7));
    assert.ok(distance('softmax', shifted) < 1e-6);
    assert.ok(distance('sigmoid', shifted) > 1);
    assert.ok(
      Math.abs(
        distance(
          'softmax',
          teacher.map((row) => row.map(() => 3)),
        ) - 1,
      ) < 1e-6,
    );
  });

  it('is distillation at a high temperature, but for a factor', () => {
    const hot = (rows: number[][]) => tf.div(tf.tensor2d(rows), 100);
    const divergence = (rows: number[][]) =>
      tf
        .mean(distillationLoss('softmax', { teacher: hot(teacher), student: hot(rows) }, 1, 1))
        .dataSync()[0]!;
    const other = [
      [0, 1, -1],
      [1, 1, 2],
    ];
    const expected = divergence(other) / divergence(student);
    assert.ok(Math.abs(distance('softmax', other) / distance('softmax', student) / expected - 1) < 0.02);
  });
});
