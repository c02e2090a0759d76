/** Result of a step: its outputs, and the values of its variables after it. */
export interface StepResult {
  readonly outputs: readonly Float32Array[];
  readonly variables: readonly Float32Array[];
}

/** Largest allowed differences between a replayed step and an eager one. */
export interface Tolerance {
  /** Difference of an output, relative to its largest value. */
  readonly output: number;
  /** Difference of one value's change, relative to that change. */
  readonly change: number;
  /** Share of the values that may be further off. */
  readonly outliers: number;
}

/** Both ways compute with float32; only the order of sums differs. */
export const FLOAT32: Tolerance = { output: 1e-3, change: 1e-2, outliers: 0.1 };

/** Products of values with 8 significant bits: most gradients agree, the smallest ones may even turn around. */
export const BFLOAT16: Tolerance = { output: 0.1, change: 0.3, outliers: 0.3 };

/**
 * The first difference between a replayed step and the eager one.
 *
 * Some values may be off: where a gradient is nothing but rounding noise (a bias before BatchNorm), Adam makes a full
 * step of its sign. Every variable must have moved about as far as in the eager step, though.
 *
 * @returns The difference in words; null where they agree.
 */
export function disagreement(
  before: readonly Float32Array[],
  eager: StepResult,
  replayed: StepResult,
  tolerance: Tolerance,
): string | null {
  for (const [index, expected] of eager.outputs.entries()) {
    const error = largest(expected.map((value, i) => value - replayed.outputs[index]![i]!));
    if (!(error <= tolerance.output * largest(expected) + 1e-6))
      return `output ${index} is off by ${error.toPrecision(2)}`;
  }
  // A change so small beside the others is rounding noise: the second moment of a bias before BatchNorm.
  const noise =
    1e-6 * before.reduce((most, start, i) => Math.max(most, distance(start, eager.variables[i]!)), 0);
  let outliers = 0;
  let count = 0;
  for (const [index, start] of before.entries()) {
    const [expected, got] = [eager.variables[index]!, replayed.variables[index]!];
    const moved = distance(start, expected);
    const movedReplayed = distance(start, got);
    const rounding = noise + 1e-6 * Math.hypot(norm(start), norm(expected));
    if (!(movedReplayed <= 3 * moved + rounding && movedReplayed >= moved / 3 - rounding))
      return `variable ${index} moves by ${movedReplayed.toPrecision(2)} in place of ${moved.toPrecision(2)}`;
    for (const [i, value] of expected.entries()) {
      const error = Math.abs(value - got[i]!);
      if (!(error <= tolerance.change * Math.abs(value - start[i]!) + 1e-5 * Math.abs(value) + 1e-9))
        outliers++;
      count++;
    }
  }
  return outliers <= tolerance.outliers * count ? null : `${outliers} of ${count} values differ`;
}

const largest = (values: Float32Array): number =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

const norm = (values: Float32Array): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

function distance(from: Float32Array, to: Float32Array): number {
  let sum = 0;
  for (const [i, value] of from.entries()) sum += (value - to[i]!) ** 2;
  return Math.sqrt(sum);
}
