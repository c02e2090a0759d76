import { indexOfLargest } from '../decisions.js';
import type { BuiltInMetric } from './metric.js';

const MOST = 5;

/** The share of rows whose class is among the five likeliest; of equal ones the first. */
export const topFive: BuiltInMetric = {
  name: 'top-5',
  describe: 'share of the samples whose class is among the five likeliest',
  better: 'higher',
  isShare: true,
  unfit: ({ decision, shape }) =>
    decision !== 'largest' || shape.at(-1)! <= MOST
      ? 'an output that decides for one of 6 or more classes'
      : null,
  meter: () => {
    let right = 0;
    let all = 0;
    return {
      add: ({ predictions, labels, width }) => {
        for (let start = 0; start < predictions.length; start += width) {
          const label = labels.subarray(start, start + width);
          if (label.every((value) => value === 0)) continue;
          const wanted = indexOfLargest(label);
          const row = predictions.subarray(start, start + width);
          const own = row[wanted]!;
          const before = row.filter((value, index) => value > own || (value === own && index < wanted));
          if (before.length < MOST) right++;
          all++;
        }
      },
      value: () => right / all,
    };
  },
};
