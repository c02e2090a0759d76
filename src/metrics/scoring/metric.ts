/** Predictions and labels of some rows of an output. */
export interface MetricRows {
  /** Probabilities where the output decides, else its values; row-major. */
  readonly predictions: Float32Array;
  /** One-hot or 0 and 1 where the output decides, else values; row-major, as many as the predictions. */
  readonly labels: Float32Array;
  /** Values in a row: the output's last dimension. */
  readonly width: number;
}

/** An output, as far as a metric needs to know it. */
export interface MetricOutput {
  readonly name: string;
  /** Shape of one sample. */
  readonly shape: readonly number[];
  /** Decision by the largest value of a row, or by each value separately; null for plain values. */
  readonly decision: 'largest' | 'each' | null;
}

/** Sums up a metric over any number of batches. */
export interface MetricMeter {
  add(rows: MetricRows): void;
  value(): number;
}

/** A metric by which an output is measured in place of accuracy or R2. */
export interface Metric {
  readonly name: string;
  readonly better: 'higher' | 'lower';
  /**
   * Whether it is a share of 1, whose drop counts in percentage points; the drop of others counts in percent of the
   * float model's value.
   */
  readonly isShare: boolean;
  /** Kind of output that it needs; null where it suits this one. */
  unfit(output: MetricOutput): string | null;
  meter(output: MetricOutput): MetricMeter;
}

/** A metric of qgt's own, for the help: one file in scoring/, one line in its index. */
export interface BuiltInMetric extends Metric {
  readonly describe: string;
}

/** Refuses outputs that decide nothing. */
export const unlessItDecides = ({ decision }: MetricOutput): string | null =>
  decision === null ? 'an output that decides between classes' : null;
