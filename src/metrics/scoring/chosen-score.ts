import { QgtError } from '../../core/index.js';
import type { MetricScale } from '../../report/index.js';
import type { Metric, MetricMeter, MetricOutput, MetricRows } from './metric.js';

/** Sums up the metric that was chosen for an output, and what a point of it is. */
export class ChosenScore {
  readonly #metric: Metric;
  readonly #output: string;
  readonly #own: MetricMeter;
  readonly #reference: MetricMeter | null;
  #found: { readonly value: number; readonly scale: MetricScale } | null = null;

  constructor(metric: Metric, output: MetricOutput) {
    this.#metric = metric;
    this.#output = output.name;
    this.#own = metric.meter(output);
    this.#reference = metric.isShare ? null : metric.meter(output);
  }

  /** @param reference  The first model's predictions. */
  add(rows: MetricRows, reference: Float32Array): void {
    this.#own.add(rows);
    this.#reference?.add({ ...rows, predictions: reference });
    this.#found = null;
  }

  /** @throws QgtError `bad-data` where the metric has no value. */
  result(): { readonly value: number; readonly scale: MetricScale } {
    this.#found ??= this.#measure();
    return this.#found;
  }

  #measure(): { readonly value: number; readonly scale: MetricScale } {
    const value = this.#finite(this.#own.value());
    const unit = this.#reference === null ? 1 : Math.abs(this.#finite(this.#reference.value()));
    return { value, scale: { better: this.#metric.better, point: (unit === 0 ? 1 : unit) / 100 } };
  }

  #finite(value: number): number {
    if (Number.isFinite(value)) return value;
    throw new QgtError('bad-data', {
      where: `--metric ${this.#metric.name}, output ${this.#output}`,
      what: 'it has no value on these samples',
      got: value,
      expected: 'labels of two classes at least',
      remedy: 'give data with labels of every class, or choose another metric',
    });
  }
}
