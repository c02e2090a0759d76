import { MIN_PROBABILITY } from './heads.js';
import { type DecisionKind, type Meter, type OutputReading, r2Meter } from './meter.js';

/**
 * Sums up the usual loss of an output: cross-entropy in nats a row, of sigmoid outputs in nats a value, or the squared
 * error of plain values.
 *
 * Outputs and targets are probabilities, so that the answers of another model will do for a target.
 */
export function lossMeter(kind: OutputReading['kind']): Meter {
  let loss = 0;
  let count = 0;
  return {
    add: (output, target, width) => {
      for (const [i, value] of output.entries()) loss += lossOf(kind, value, target[i]!);
      count += kind === 'softmax' || kind === 'logits' ? output.length / width : output.length;
    },
    value: () => loss / Math.max(1, count),
  };
}

/**
 * Sums up how far an output is from another model's: `KL(target || output)` in the units of `lossMeter`, or the squared
 * error of plain values in units of their variance.
 */
export function divergenceMeter(kind: OutputReading['kind']): Meter {
  if (kind === 'linear') {
    const explained = r2Meter();
    return { add: explained.add, value: () => 1 - explained.value() };
  }
  const [cross, own] = [lossMeter(kind), lossMeter(kind)];
  return {
    add: (output, target, width) => {
      cross.add(output, target, width);
      own.add(target, target, width);
    },
    value: () => cross.value() - own.value(),
  };
}

/** The softmax of each row of logits; all else as it is. */
export function probabilitiesOf(
  kind: OutputReading['kind'],
  values: Float32Array,
  width: number,
): Float32Array {
  if (kind !== 'logits') return values;
  const shares = new Float32Array(values.length);
  for (let row = 0; row < values.length; row += width) {
    const logits = values.subarray(row, row + width);
    const most = logits.reduce((largest, value) => Math.max(largest, value), Number.NEGATIVE_INFINITY);
    const sum = logits.reduce((total, value) => total + Math.exp(value - most), 0);
    for (const [column, value] of logits.entries()) shares[row + column] = Math.exp(value - most) / sum;
  }
  return shares;
}

function lossOf(kind: DecisionKind | 'linear', value: number, target: number): number {
  if (kind === 'linear') return (value - target) ** 2;
  const positive = target * Math.log(Math.max(MIN_PROBABILITY, value));
  if (kind !== 'sigmoid') return -positive;
  return -positive - (1 - target) * Math.log(Math.max(MIN_PROBABILITY, 1 - value));
}
