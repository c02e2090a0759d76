import * as tf from '../engine/tf.js';

/**
 * Penalty on rare codes: a code is chosen by error plus factor times bits, so that rare codes are taken only
 * where they help.
 *
 * @see Chou, Lookabaugh and Gray 1989, Entropy-constrained vector quantization.
 */
export interface EntropyPenalty {
  /** Scalar: squared error that a bit is worth, in units of the mean square of a weight's channel; all kernels share it. */
  readonly factor: tf.Variable;
  /** [levels]: bits of each code, from its present frequency; at first the same for all. */
  readonly codeBits: tf.Variable;
}

/** Most levels of a kernel with a penalty; kernels with more are the few that must stay accurate. */
export const MAX_LEVELS_WITH_PENALTY = 16;
/** Least distance of a threshold from a level, as a share of the step: a weight on its level stays there. */
const MIN_DISTANCE = 0.01;

/** Creates a penalty that is the same for every code at first. */
export function createPenalty(levels: number, factor: tf.Variable): EntropyPenalty {
  return { factor, codeBits: tf.tidy(() => tf.variable(tf.zeros([levels]), false)) };
}

/**
 * Computes the value above which the upper of two codes is taken: the middle, moved toward the code with more
 * bits.
 *
 * @param unit   [1, channels, 1]: the channel's mean square, in units of its scale squared.
 * @param below  Index of the lower of both codes.
 * @returns [1, channels, 1], in units of scale.
 */
export function threshold(
  { factor, codeBits }: EntropyPenalty,
  levels: Float32Array,
  unit: tf.Tensor,
  below: number,
): tf.Tensor {
  const step = levels[below + 1]! - levels[below]!;
  const dearer = tf.sub(tf.slice(codeBits, [below + 1], [1]), tf.slice(codeBits, [below], [1]));
  const shift = tf.div(tf.mul(tf.mul(unit, factor), dearer), 2 * step);
  const most = (0.5 - MIN_DISTANCE) * step;
  return tf.add(tf.clipByValue(shift, -most, most), (levels[below]! + levels[below + 1]!) / 2);
}

/**
 * Counts the codes of a kernel anew.
 *
 * @param level  The level of every weight.
 */
export function countCodes({ codeBits }: EntropyPenalty, levels: Float32Array, level: tf.Tensor): void {
  const least = 1 / level.size;
  const reached = [...levels.keys()].map((code) =>
    code === 0
      ? tf.scalar(1)
      : tf.mean(tf.cast(tf.greater(level, (levels[code - 1]! + levels[code]!) / 2), 'float32')),
  );
  const shares = reached.map((share, code) =>
    code + 1 < reached.length ? tf.sub(share, reached[code + 1]!) : share,
  );
  codeBits.assign(tf.div(tf.log(tf.maximum(tf.stack(shares), least)), -Math.LN2));
}
