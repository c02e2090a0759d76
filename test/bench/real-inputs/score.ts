/**
 * How an output is scored: `classes`, the largest of the last axis has to be the same; `labels`, each value has to be on
 * the same side of one half; `values`, signal to noise about the mean of each column of the last axis.
 */
export type OutputKind = 'classes' | 'labels' | 'values';

/** Row-major values of an output, and the length of its last axis. */
export interface Output {
  readonly values: ArrayLike<number>;
  readonly width: number;
}

/** What has to be reached: a share of 1, or dB. */
export const BAR: Readonly<Record<OutputKind, number>> = { classes: 0.97, labels: 0.97, values: 30 };

/** How near an output is to the float model's: a share of 1 that agrees, or dB; Infinity where nothing differs. */
export function scoreOf(kind: OutputKind, float: Output, other: Output): number {
  if (Array.from(other.values).some((value) => !Number.isFinite(value))) return Number.NaN;
  if (kind === 'values') return decibels(float, other);
  const [wanted, given] = [float, other].map(kind === 'classes' ? largestOfRows : sidesOf) as [
    number[],
    number[],
  ];
  return wanted.filter((answer, at) => answer === given[at]).length / wanted.length;
}

function decibels({ values, width }: Output, other: Output): number {
  const rows = values.length / width;
  const means = new Float64Array(width);
  for (let at = 0; at < values.length; at++) means[at % width]! += values[at]! / rows;
  let [signal, noise] = [0, 0];
  for (let at = 0; at < values.length; at++) {
    signal += (values[at]! - means[at % width]!) ** 2;
    noise += (values[at]! - other.values[at]!) ** 2;
  }
  return noise === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10(signal / noise);
}

function largestOfRows({ values, width }: Output): number[] {
  return Array.from({ length: values.length / width }, (_, row) => {
    let largest = 0;
    for (let at = 1; at < width; at++)
      if (values[row * width + at]! > values[row * width + largest]!) largest = at;
    return largest;
  });
}

const sidesOf = ({ values }: Output): number[] => Array.from(values, (value) => Number(value > 0.5));
