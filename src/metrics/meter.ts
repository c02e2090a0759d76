import { decibels } from '../quantize/index.js';
import type { HeadKind } from './heads.js';
import type { BatchLabels } from './targets.js';

/** How one output is read. */
export interface OutputReading {
  /** Of one sample. */
  readonly shape: readonly number[];
  /** `logits`: softmax, but not yet computed. */
  readonly kind: HeadKind | 'logits';
}

/** Sums up a figure over any number of batches. */
export interface Meter {
  /** @param output, @param target  One output of a batch and what it should be, both row-major with `width` columns. */
  add(output: Float32Array, target: Float32Array, width: number): void;
  /** Of decisions and R2, 1 is perfect; of losses 0. */
  value(): number;
}

/** The share of equal decisions: the largest column of softmax outputs, each side of 0.5 of sigmoid ones. */
export function decisionMeter(kind: DecisionKind): Meter {
  let right = 0;
  let all = 0;
  return {
    add: (output, target, width) => {
      const decided = decisions(kind, output, target, width);
      right += decided.reduce((sum, each) => sum + each, 0);
      all += decided.length;
    },
    value: () => (all === 0 ? 0 : right / all),
  };
}

/** What decides by its largest column, or by the side of 0.5. */
export type DecisionKind = Exclude<OutputReading['kind'], 'linear'>;

/** 1 for every decision that is as it should be, else 0: one a row, of sigmoid outputs one a value. */
export function decisions(
  kind: DecisionKind,
  output: Float32Array,
  target: Float32Array,
  width: number,
): Uint8Array {
  if (kind === 'sigmoid')
    return Uint8Array.from(output, (value, i) => (value >= 0.5 === target[i]! >= 0.5 ? 1 : 0));
  return Uint8Array.from({ length: output.length / width }, (_, row) =>
    largest(output, row * width, width) === largest(target, row * width, width) ? 1 : 0,
  );
}

/** The coefficient of determination R2 over all columns: 1 - squared error / variance of the targets. */
export function r2Meter(): Meter {
  let error = 0;
  let count = 0;
  let sums = new Float64Array(0);
  let squares = 0;
  return {
    add: (output, target, width) => {
      if (sums.length === 0) sums = new Float64Array(width);
      for (const [i, wanted] of target.entries()) {
        error += (output[i]! - wanted) ** 2;
        squares += wanted ** 2;
        sums[i % width]! += wanted;
      }
      count += target.length / width;
    },
    value: () => {
      const variance = squares - sums.reduce((total, sum) => total + sum ** 2 / Math.max(1, count), 0);
      if (variance > 0) return 1 - error / variance;
      return error === 0 ? 1 : 0;
    },
  };
}

/** Signal to noise of an output against the reference, in dB. */
export function noiseMeter(): {
  add(reference: Float32Array, output: Float32Array): void;
  value(): number | null;
} {
  let signal = 0;
  let noise = 0;
  return {
    add: (reference, output) => {
      for (const [i, wanted] of reference.entries()) {
        signal += wanted ** 2;
        noise += (wanted - output[i]!) ** 2;
      }
    },
    value: () => decibels(signal, noise),
  };
}

/** Labels as the row-major targets of each output: classes become one-hot rows. */
export function targetArrays(labels: BatchLabels, outputs: readonly OutputReading[]): Float32Array[] {
  if (!(labels instanceof Int32Array)) return [...labels];
  const width = outputs[0]!.shape.at(-1) ?? 1;
  if (width === 1) return [Float32Array.from(labels)];
  const rows = new Float32Array(labels.length * width);
  for (const [row, label] of labels.entries()) rows[row * width + label] = 1;
  return [rows];
}

function largest(values: Float32Array, start: number, width: number): number {
  let best = 0;
  for (let column = 1; column < width; column++) {
    if (values[start + column]! > values[start + best]!) best = column;
  }
  return best;
}
