import { unexplainedMeter } from './explained.js';
import { MIN_PROBABILITY } from './heads.js';
import type { Meter, TellingMeter } from './meter.js';
import type { OutputHead } from './output-head.js';

/**
 * Sums up the usual loss of an output: cross-entropy in nats a row, of sigmoid outputs in nats a value, or the
 * squared error of plain values as a share of their variance, column by column.
 *
 * Outputs and targets are probabilities, so that another model's predictions can serve as targets; rows whose
 * targets are all 0 are left out.
 */
export function lossMeter({ kind }: Pick<OutputHead, 'kind'>): TellingMeter {
  if (kind === 'linear') return unexplainedMeter();
  let loss = 0;
  let count = 0;
  return {
    add: (output, target, width) => {
      for (let start = 0; start < output.length; start += width) {
        const wanted = target.subarray(start, start + width);
        if (kind === 'softmax' && wanted.every((share) => share === 0)) continue;
        for (const [i, share] of wanted.entries()) loss += lossOf(kind, output[start + i]!, share);
        count += kind === 'softmax' ? 1 : width;
      }
    },
    varies: () => count > 0,
    value: () => loss / Math.max(1, count),
  };
}

/**
 * Sums up how far an output is from another model's: `KL(target || output)` in the units of `lossMeter`, or the squared
 * error of plain values as a share of their variance.
 */
export function divergenceMeter(head: Pick<OutputHead, 'kind'>): Meter {
  if (head.kind === 'linear') return unexplainedMeter();
  const [cross, own] = [lossMeter(head), lossMeter(head)];
  return {
    add: (output, target, width) => {
      cross.add(output, target, width);
      own.add(target, target, width);
    },
    value: () => cross.value() - own.value(),
  };
}

function lossOf(kind: 'softmax' | 'sigmoid', value: number, target: number): number {
  const positive = target * Math.log(Math.max(MIN_PROBABILITY, value));
  if (kind === 'softmax') return -positive;
  return -positive - (1 - target) * Math.log(Math.max(MIN_PROBABILITY, 1 - value));
}
