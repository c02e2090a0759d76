import * as tf from '../engine/tf.js';
import { GAUSSIAN_SQNR_DB, nearestCode } from '../quantize/index.js';

/**
 * Penalty on rare codes: a code is chosen by error plus factor times bits, so that rare codes are taken only
 * where they help.
 *
 * @see Chou, Lookabaugh and Gray 1989, Entropy-constrained vector quantization.
 */
export interface EntropyPenalty {
  /** Scalar: squared error that a bit is worth, in units of `unit` times a channel's mean square; all kernels share it. */
  readonly factor: tf.Variable;
  readonly unit: number;
  /** [levels]: bits of each code, from its present frequency; at first the same for all. */
  readonly codeBits: tf.Variable;
  readonly counts: CodeCounts;
}

/**
 * When codes are counted.
 *
 * `live`: in each step, so that what is rare gets rarer still, and a file can be made very small. `once`: at first, so that
 * a file follows the penalty steadily.
 */
export type CodeCounts = 'live' | 'once';

/** Most levels of a kernel with a penalty; kernels with more are the few that must stay accurate. */
export const MAX_LEVELS_WITH_PENALTY = 16;
/** Least distance of a threshold from a level, as a share of the step: a weight on its level stays there. */
const MIN_DISTANCE = 0.01;

/** Error that 2 bits leave of normally distributed weights, as a share of their energy. */
const TWO_BIT_ERROR = 10 ** (-GAUSSIAN_SQNR_DB[2] / 10);
/** Worth of a bit at 2 bits, in units of the mean square: `2 ln(2)` times the error that is left. */
export const BIT_WORTH = 2 * Math.LN2 * TWO_BIT_ERROR;

/** Creates a penalty that is the same for every code at first. */
export function createPenalty(levels: Float32Array, factor: tf.Variable): EntropyPenalty {
  const codeBits = tf.tidy(() => tf.variable(tf.zeros([levels.length]), false));
  return { factor, unit: 1, codeBits, counts: 'live' };
}

/**
 * Creates a penalty in units of the error that rounding leaves, so that kernels of all widths lose about as many bits per
 * weight.
 *
 * @param chosen  The level of every weight.
 * @param error   `|w - Q(w)|^2 / |w|^2`
 */
export function createSteadyPenalty(
  levels: Float32Array,
  factor: tf.Variable,
  chosen: Float32Array,
  error: number,
): EntropyPenalty {
  const counts = new Uint32Array(levels.length);
  const codeOf = nearestCode(levels);
  for (const level of chosen) counts[codeOf(level)]!++;
  const bits = Float32Array.from(counts, (count) => -Math.log2(Math.max(1, count) / chosen.length));
  const codeBits = tf.tidy(() => tf.variable(tf.tensor1d(bits), false));
  return { factor, unit: error / TWO_BIT_ERROR, codeBits, counts: 'once' };
}

/**
 * Computes the value above which the upper of two codes is taken: the middle, moved toward the code with more
 * bits.
 *
 * @param square  [1, channels, 1]: the channel's mean square, in units of its scale squared.
 * @param below   Index of the lower of both codes.
 * @returns [1, channels, 1], in units of scale.
 */
export function threshold(
  { factor, unit, codeBits }: EntropyPenalty,
  levels: Float32Array,
  square: tf.Tensor,
  below: number,
): tf.Tensor {
  const step = levels[below + 1]! - levels[below]!;
  const dearer = tf.sub(tf.slice(codeBits, [below + 1], [1]), tf.slice(codeBits, [below], [1]));
  const shift = tf.div(tf.mul(tf.mul(square, factor), dearer), (2 * step) / unit);
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
