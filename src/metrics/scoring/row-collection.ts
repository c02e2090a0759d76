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
      predictions: joined(this.#predictions),
      labels: joined(this.#labels),
      width: this.#width,
    };
  }
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
