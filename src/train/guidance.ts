import * as tf from '../engine/tf.js';
import { evenStep } from '../quantize/index.js';
import type { GuidedKernel } from './guided-kernel.js';

/** Share of the gap between two levels within which the focused pull fades out, so that a weight comes to rest on its level. */
const REST = 1 / 40;

/**
 * The pull of the squared distance from the grid: strongest halfway between two levels.
 *
 * @param onGrid  Q(w)
 * @returns The gradient of `|w - Q(w)|^2`, of the kernel's own shape.
 * @see QGT, Ghamari et al. 2021, arXiv:2103.06231, eq. 2.
 */
export function squarePull({ variable }: GuidedKernel, onGrid: tf.Tensor): tf.Tensor {
  return tf.tidy(() => tf.mul(tf.sub(variable, onGrid), 2));
}

/**
 * The pull of `s^2 (1 - (1 - 2u)^focus) / 2` with `u = |w - Q(w)| / s` and s the gap between the levels around w:
 * strongest near a level and next to nothing halfway between two, so that the loss decides on a weight before the grid
 * does. It is that of the square beyond the outermost levels, and beyond the middle where an entropy penalty made Q(w) the
 * farther level.
 *
 * @param onGrid  Q(w)
 * @param focus   Scalar, 2 or more: the more, the narrower the pull is around each level.
 * @returns The gradient, of the kernel's own shape; it fades out within a fortieth of the gap from a level.
 * @see Nagel et al. 2020, arXiv:2004.10568, eq. 24: the regularizer of AdaRound, there of the rounding alone.
 */
export function focusedPull(kernel: GuidedKernel, onGrid: tf.Tensor, focus: tf.Tensor): tf.Tensor {
  const { variable, levels, scale, offset, view } = kernel;
  return tf.tidy(() => {
    const w = tf.reshape(variable, [...view]);
    const distance = tf.sub(w, tf.reshape(onGrid, [...view]));
    const inUnits = tf.divNoNan(offset === undefined ? w : tf.sub(w, offset), scale);
    const gap = tf.mul(gapAround(inUnits, levels), scale);
    const u = tf.divNoNan(tf.abs(distance), gap);
    const untilMiddle = tf.clipByValue(tf.sub(1, tf.mul(u, 2)), 0, 1);
    const strength = tf.mul(tf.mul(gap, focus), tf.pow(untilMiddle, tf.sub(focus, 1)));
    const between = tf.mul(tf.mul(strength, tf.clipByValue(tf.div(u, REST), 0, 1)), tf.sign(distance));
    const isOutside = tf.logicalOr(tf.less(inUnits, levels[0]!), tf.greater(inUnits, levels.at(-1)!));
    const isBeyond = tf.logicalOr(isOutside, tf.greater(u, 0.5));
    return tf.reshape(tf.where(isBeyond, tf.mul(distance, 2), between), variable.shape);
  });
}

/** Finds the gap between the levels around each weight, all in units of the scale; the nearest gap beyond the outermost levels. */
function gapAround(inUnits: tf.Tensor, levels: Float32Array): tf.Tensor {
  const step = evenStep(levels);
  if (step !== null) return tf.fill(inUnits.shape, step);
  const gaps = Array.from(levels.subarray(1), (level, below) => level - levels[below]!);
  let gap: tf.Tensor = tf.fill(inUnits.shape, gaps[0]!);
  for (const [below, wider] of gaps.entries()) {
    if (below === 0) continue;
    const isAbove = tf.cast(tf.greaterEqual(inUnits, levels[below]!), 'float32');
    gap = tf.add(gap, tf.mul(isAbove, wider - gaps[below - 1]!));
  }
  return gap;
}
