/** One output of a model on some samples: row-major values, and how many columns they are of. */
export interface OutputValues {
  readonly values: Float32Array;
  readonly width: number;
}

/** A column that varies less than this share of what the output's others do is counted as if it varied so much. */
const MIN_DEVIATION = 1e-3;
/** Difference that float32 alone may make between two orders of the same operations, as a share of a value. */
const RESOLUTION = 2 ** -18;

/** Unit of an output's errors. */
export interface NoiseUnits {
  /** Variance of each column about its mean. */
  readonly columns: Float64Array;
  /** The noise that says nothing, since float32 makes it. */
  readonly resolution: number;
}

/** The units of an output's errors, by what it is on some samples. */
export function noiseUnits({ values, width }: OutputValues): NoiseUnits {
  const means = columnMeans(values, width);
  const deviations = Float64Array.from(values, (value, index) => value - means[index % width]!);
  const variances = columnMeans(squares(deviations), width);
  const most = variances.reduce((largest, variance) => Math.max(largest, variance), 0);
  // Of outputs that don't vary at all, errors are counted as they are.
  const columns =
    most === 0 ? variances.fill(1) : variances.map((variance) => variance + MIN_DEVIATION ** 2 * most);
  return { columns, resolution: RESOLUTION ** 2 * inUnits(columnMeans(squares(values), width), columns) };
}

/** How far values of an output are from others: the mean over columns of the squared difference in their units. */
export function outputNoise({ columns }: NoiseUnits, one: Float32Array, other: Float32Array): number {
  const differences = Float64Array.from(one, (value, index) => value - other[index]!);
  return inUnits(columnMeans(squares(differences), columns.length), columns);
}

function inUnits(energies: Float64Array, units: Float64Array): number {
  return energies.reduce((sum, energy, column) => sum + energy / units[column]!, 0) / units.length;
}

function squares(values: Float32Array | Float64Array): Float64Array {
  return Float64Array.from(values, (value) => value ** 2);
}

function columnMeans(values: Float32Array | Float64Array, width: number): Float64Array {
  const means = new Float64Array(width);
  const rows = values.length / width;
  for (const [index, value] of values.entries()) means[index % width]! += value / rows;
  return means;
}
