import { MIN_PROBABILITY } from './heads.js';
import type { OutputHead } from './output-head.js';

/** Turns a head's values into probabilities: softmax or sigmoid of logits; other values stay as they are. */
export function probabilitiesOf(
  { kind, logits }: Pick<OutputHead, 'kind' | 'logits'>,
  values: Float32Array,
  width: number,
): Float32Array {
  if (!logits || kind === 'linear') return values;
  if (kind === 'sigmoid') return values.map((logit) => 1 / (1 + Math.exp(-logit)));
  const shares = new Float32Array(values.length);
  for (let row = 0; row < values.length; row += width) {
    const own = values.subarray(row, row + width);
    const most = own.reduce((largest, value) => Math.max(largest, value), Number.NEGATIVE_INFINITY);
    const sum = own.reduce((total, value) => total + Math.exp(value - most), 0);
    for (const [column, value] of own.entries()) shares[row + column] = Math.exp(value - most) / sum;
  }
  return shares;
}

/**
 * Converts an output to the values in which its noise is counted: logits (for softmax minus their mean), or
 * plain values.
 *
 * Probabilities are mostly near 0 or 1, and would hide how far the logits moved.
 */
export function evidenceOf(
  { kind, logits }: Pick<OutputHead, 'kind' | 'logits'>,
  values: Float32Array,
  width: number,
): Float32Array {
  if (kind === 'linear') return values;
  if (kind === 'sigmoid') return logits ? values : values.map(logitOf);
  const evidence = logits ? Float32Array.from(values) : values.map(logOf);
  for (let start = 0; start < evidence.length; start += width) {
    const row = evidence.subarray(start, start + width);
    const mean = row.reduce((sum, value) => sum + value, 0) / width;
    for (const [column, value] of row.entries()) row[column] = value - mean;
  }
  return evidence;
}

const logOf = (p: number): number => Math.log(Math.max(MIN_PROBABILITY, p));
const logitOf = (p: number): number => logOf(p) - logOf(1 - p);
