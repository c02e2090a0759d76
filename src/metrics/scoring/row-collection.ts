import { joinFloats } from '../../core/index.js';
import type { MetricRows } from './metric.js';

/** Keeps the rows of all batches, for a metric that needs them together. */
export class RowCollection {
  readonly #predictions: Float32Array[] = [];
  readonly #labels: Float32Array[] = [];
  #width = 1;

  add({ predictions, labels, width }: MetricRows): void {
    this.#predictions.push(predictions);
    this.#labels.push(labels);
    this.#width = width;
  }

  all(): MetricRows {
    return {
      predictions: joinFloats(this.#predictions),
      labels: joinFloats(this.#labels),
      width: this.#width,
    };
  }
}
