import { channelLayout, sizeOf } from '../core/index.js';
import * as tf from '../engine/tf.js';
import { evenStep, type Grid } from '../quantize/index.js';
import {
  type CodeCounts,
  countCodes,
  createPenalty,
  createSteadyPenalty,
  type EntropyPenalty,
  MAX_LEVELS_WITH_PENALTY,
  threshold,
} from './entropy-penalty.js';

/** A kernel on its way to its grid: the float weights, and the grid's scale and offset as variables. */
export interface GuidedKernel {
  readonly name: string;
  readonly variable: tf.Variable;
  readonly levels: Float32Array;
  /** [1, channels, 1], the shape in which the kernel's channels broadcast. */
  readonly scale: tf.Variable;
  /** [1, channels, 1]; absent where the grid has no offset. */
  readonly offset?: tf.Variable;
  /** Absent where codes are chosen by their error alone. */
  readonly entropyPenalty?: EntropyPenalty;
  /** Whether the scale is set for the size of the file, and left as it is in training; absent: it is refitted. */
  readonly keepsScale?: true;
  /** [outer, channels, inner] */
  readonly view: readonly [number, number, number];
}

/** A weight to quantize. */
export interface KernelWeight {
  readonly name: string;
  readonly variable: tf.Variable;
  /** Dimensions along which each index has its own scale. */
  readonly axes: readonly number[];
}

/**
 * Sets up a kernel with the grid it starts from.
 *
 * @param factor  Squared error that a bit is worth, in `EntropyPenalty`'s unit; left out: bits cost nothing.
 * @param counts  When the codes of the penalty are counted.
 */
export function guideKernel(
  { name, variable, axes }: KernelWeight,
  { levels, scale, offset }: Grid,
  factor?: tf.Variable,
  counts: CodeCounts = 'live',
): GuidedKernel {
  const { outer, channels, inner } = channelLayout(variable.shape, axes);
  const perChannel = (values: Float32Array) =>
    tf.tidy(() => tf.variable(tf.tensor(values, [1, channels, 1]), false));
  const kernel: GuidedKernel = {
    name,
    variable,
    levels,
    scale: perChannel(scale),
    ...(offset === undefined ? {} : { offset: perChannel(offset) }),
    view: [outer, channels, inner],
  };
  if (factor === undefined) return kernel;
  if (levels.length > MAX_LEVELS_WITH_PENALTY)
    return counts === 'live' ? kernel : { ...kernel, keepsScale: true };
  const entropyPenalty =
    counts === 'live'
      ? createPenalty(levels, factor)
      : createSteadyPenalty(levels, factor, levelsOf(kernel), residualOf(kernel));
  return { ...kernel, entropyPenalty };
}

/**
 * Refits a kernel's scale (and offset) by least squares for the codes it has now, and gives its weights on that grid.
 *
 * One round of Lloyd's alternation a step keeps the grid at its best fit while the weights move.
 *
 * @returns Q(w), of the kernel's own shape.
 * @see QGT, Ghamari et al. 2021, arXiv:2103.06231, eq. 2: the target that the weights are guided to.
 */
export function refit(kernel: GuidedKernel): tf.Tensor {
  return tf.tidy(() => {
    const weights = kernel.variable;
    const w = tf.reshape(weights, [...kernel.view]);
    const free = kernel.offset !== undefined;
    const level = levelOf(w, kernel);
    if (kernel.entropyPenalty?.counts === 'live') countCodes(kernel.entropyPenalty, kernel.levels, level);
    const mean = (x: tf.Tensor) => tf.mean(x, [0, 2], true);
    const levelMean = free ? mean(level) : null;
    const wMean = free ? mean(w) : null;
    const centredLevel = levelMean === null ? level : tf.sub(level, levelMean);
    const centredW = wMean === null ? w : tf.sub(w, wMean);
    const covariance = mean(tf.mul(centredW, centredLevel));
    const variance = mean(tf.square(centredLevel));
    // A channel whose codes are all alike, or whose fit would turn the grid over, keeps the scale it has.
    const fits = tf.logicalAnd(tf.greater(variance, 0), tf.greater(covariance, 0));
    const scale = kernel.keepsScale
      ? kernel.scale
      : tf.where(fits, tf.div(covariance, variance), kernel.scale);
    if (!kernel.keepsScale) kernel.scale.assign(scale);
    let onGrid = tf.mul(level, scale);
    if (kernel.offset !== undefined && levelMean !== null && wMean !== null) {
      const offset = tf.sub(wMean, tf.mul(scale, levelMean));
      kernel.offset.assign(offset);
      onGrid = tf.add(onGrid, offset);
    }
    return tf.reshape(onGrid, weights.shape);
  });
}

/** Q(w) on the grid as it stands. */
export function onGrid(kernel: GuidedKernel): tf.Tensor {
  return tf.tidy(() => {
    const weights = kernel.variable;
    const scaled = tf.mul(levelOf(tf.reshape(weights, [...kernel.view]), kernel), kernel.scale);
    return tf.reshape(kernel.offset === undefined ? scaled : tf.add(scaled, kernel.offset), weights.shape);
  });
}

/** Puts kernels on their grids as these stand. */
export function putOnGrid(kernels: readonly GuidedKernel[]): void {
  tf.tidy(() => {
    for (const kernel of kernels) kernel.variable.assign(onGrid(kernel));
  });
}

/** Finds the level of every weight, in units of the scale: the nearest, unless codes have an entropy penalty. */
function levelOf(w: tf.Tensor, { levels, scale, offset, entropyPenalty }: GuidedKernel): tf.Tensor {
  // A channel whose scale is 0 has only zeros.
  const perUnit = tf.divNoNan(1, scale);
  const inUnits = tf.mul(offset === undefined ? w : tf.sub(w, offset), perUnit);
  const first = levels[0]!;
  const step = evenStep(levels);
  if (step !== null && entropyPenalty === undefined) {
    const inSteps = step === 1 ? inUnits : tf.div(inUnits, step);
    const code = tf.clipByValue(tf.floor(tf.add(inSteps, 0.5 - first / step)), 0, levels.length - 1);
    return tf.add(step === 1 ? code : tf.mul(code, step), first);
  }
  const square = entropyPenalty && tf.mean(tf.square(inUnits), [0, 2], true);
  let level: tf.Tensor = tf.fill(inUnits.shape, first);
  for (let code = 1; code < levels.length; code++) {
    const below = levels[code - 1]!;
    const above = levels[code]!;
    const from =
      entropyPenalty === undefined || square === undefined
        ? (below + above) / 2
        : threshold(entropyPenalty, levels, square, code - 1);
    const passed = tf.cast(tf.greaterEqual(inUnits, from), 'float32');
    level = tf.add(level, tf.mul(passed, above - below));
  }
  return level;
}

/** `value` whose gradient goes to `weights` unchanged: the straight-through estimator. */
export function straightThrough(weights: tf.Tensor, value: tf.Tensor): tf.Tensor {
  const pass = tf.customGrad((_) => ({ value: value.clone(), gradFunc: (dy) => dy as tf.Tensor }));
  return pass(weights);
}

/** The grid as typed arrays, for encoding and packing. */
export function gridOf({ levels, scale, offset }: GuidedKernel): Grid {
  const read = (values: tf.Variable) => Float32Array.from(values.dataSync());
  return { levels, scale: read(scale), ...(offset === undefined ? {} : { offset: read(offset) }) };
}

/** The level of every weight in units of the scale, row-major: equal where the codes are. */
export function levelsOf(kernel: GuidedKernel): Float32Array {
  return tf.tidy(() =>
    levelOf(tf.reshape(kernel.variable, [...kernel.view]), kernel).dataSync(),
  ) as Float32Array;
}

/** Lists the variables that change while a kernel is guided, without the weight and the shared penalty factor. */
export function stateOf({ scale, offset, entropyPenalty }: GuidedKernel): tf.Variable[] {
  return [
    scale,
    ...(offset === undefined ? [] : [offset]),
    ...(entropyPenalty === undefined ? [] : [entropyPenalty.codeBits]),
  ];
}

/** The penalty factor that the kernels share; 0 where bits cost nothing. */
export function penaltyFactorOf(kernels: readonly GuidedKernel[]): number {
  const entropyPenalty = kernels.find((kernel) => kernel.entropyPenalty !== undefined)?.entropyPenalty;
  return entropyPenalty === undefined ? 0 : entropyPenalty.factor.dataSync()[0]!;
}

/** Names of the kernels that a size is reached by, steadily. */
export function fillingKernels(kernels: readonly GuidedKernel[]): ReadonlySet<string> {
  const filling = kernels.filter(
    ({ keepsScale, entropyPenalty }) => keepsScale || entropyPenalty?.counts === 'once',
  );
  return new Set(filling.map(({ name }) => name));
}

/** Frees what `guideKernel` made; the weight and the factor stay. */
export function disposeKernel(kernel: GuidedKernel): void {
  tf.dispose(stateOf(kernel));
}

/** `residualOf` of each kernel, by name. */
export function residualsOf(kernels: readonly GuidedKernel[]): Readonly<Record<string, number>> {
  return Object.fromEntries(kernels.map((kernel) => [kernel.name, residualOf(kernel)]));
}

/** Relative squared distance of a kernel from its grid, `|w - Q(w)|^2 / |w|^2`; 0 for a kernel of zeros. */
export function residualOf(kernel: GuidedKernel): number {
  if (sizeOf(kernel.view) === 0) return 0;
  return tf.tidy(() => {
    const weights = kernel.variable;
    const error = tf.sum(tf.square(tf.sub(weights, onGrid(kernel))));
    return tf.divNoNan(error, tf.sum(tf.square(weights))).dataSync()[0]!;
  });
}
