import { forEachElement } from '../../core/index.js';
import * as tf from '../../engine/tf.js';
import { type GuidedKernel, gridOf } from '../guided-kernel.js';

/** The sigmoid is stretched beyond 0 and 1, so that both are reached (Nagel et al. 2020, arXiv:2004.10568, eq. 23). */
const STRETCH = { from: -0.1, to: 1.1 };
/** Share of the way to the upper level with which a weight on a level begins, so that it can leave it. */
const MARGIN = 0.01;

/** A kernel between the two levels around each of its weights, of which it learns one. Disposed of afterwards. */
export interface KernelChoice {
  readonly variable: tf.Variable;
  /** Learned for each weight: in what share of the way to its upper level it is. */
  readonly choice: tf.Variable;
  /** The kernel as it stands, of its own shape. */
  value(): tf.Tensor;
  /** Sum over all weights: 1 halfway between two levels, 0 at a level; the higher the exponent, the flatter in between. */
  openness(exponent: tf.Scalar): tf.Scalar;
  /** Puts each weight of the kernel on the nearer of its two levels. */
  settle(): void;
  dispose(): void;
}

/**
 * Sets a kernel up to learn its rounding, from where its weights are.
 *
 * @see Nagel et al. 2020, AdaRound, arXiv:2004.10568, eq. 21 to 24.
 */
export function chooseLevels(kernel: GuidedKernel): KernelChoice {
  const { variable } = kernel;
  const { below, span, share } = tensorsOf(kernel);
  const choice = tf.tidy(() => {
    const stretched = tf.div(tf.sub(share, STRETCH.from), STRETCH.to - STRETCH.from);
    return tf.variable(tf.log(tf.div(stretched, tf.sub(1, stretched))));
  });
  share.dispose();
  const shares = () =>
    tf.clipByValue(tf.add(tf.mul(tf.sigmoid(choice), STRETCH.to - STRETCH.from), STRETCH.from), 0, 1);
  const between = (parts: tf.Tensor) => tf.reshape(tf.add(below, tf.mul(parts, span)), variable.shape);
  return {
    variable,
    choice,
    value: () => between(shares()),
    openness: (exponent) =>
      tf.sum(tf.sub(1, tf.pow(tf.abs(tf.sub(tf.mul(shares(), 2), 1)), exponent))) as tf.Scalar,
    settle: () => tf.tidy(() => variable.assign(between(tf.cast(tf.greater(shares(), 0.5), 'float32')))),
    dispose: () => tf.dispose([below, span, choice]),
  };
}

/** The last level but the highest that isn't above a value; the lowest where all are. */
function codeBelow(levels: Float32Array, value: number): number {
  let code = 0;
  while (code < levels.length - 2 && levels[code + 1]! <= value) code++;
  return code;
}

/** [outer, channels, inner] each: the level below every weight, the way to the next one, and the share of it that is gone. */
function tensorsOf(kernel: GuidedKernel) {
  const weights = kernel.variable.dataSync();
  const grid = gridOf(kernel);
  const [outer, channels, inner] = kernel.view;
  const values = { below: new Float32Array(weights.length), span: new Float32Array(weights.length) };
  const shares = new Float32Array(weights.length).fill(0.5);
  forEachElement({ outer, channels, inner, inputs: 1 }, (element, channel) => {
    const scale = grid.scale[channel]!;
    const offset = grid.offset?.[channel] ?? 0;
    if (scale === 0) values.below[element] = offset;
    else {
      const inUnits = (weights[element]! - offset) / scale;
      const code = codeBelow(grid.levels, inUnits);
      const level = grid.levels[code]!;
      const gap = grid.levels[code + 1]! - level;
      values.below[element] = level * scale + offset;
      values.span[element] = gap * scale;
      shares[element] = Math.min(1 - MARGIN, Math.max(MARGIN, (inUnits - level) / gap));
    }
  });
  const tensor = (each: Float32Array) => tf.tensor(each, [...kernel.view]);
  return { below: tensor(values.below), span: tensor(values.span), share: tensor(shares) };
}
