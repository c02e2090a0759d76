import type { BuiltInMetric } from './metric.js';

/** The mean of `|prediction - label|` over all values. */
export const meanAbsoluteError: BuiltInMetric = {
  name: 'mae',
  describe: 'mean absolute error, in the unit of the labels',
  better: 'lower',
  isShare: false,
  unfit: () => null,
  meter: () => {
    let sum = 0;
    let count = 0;
    return {
      add: ({ predictions, labels }) => {
        for (const [index, value] of predictions.entries()) sum += Math.abs(value - labels[index]!);
        count += predictions.length;
      },
      value: () => sum / count,
    };
  },
};
