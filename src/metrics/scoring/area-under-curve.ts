import { HALF } from '../decisions.js';
import { type BuiltInMetric, unlessItDecides } from './metric.js';
import { RowCollection } from './row-collection.js';

/** The area under the ROC curve: how often a yes has a higher probability than a no, one class against the others. */
export const auc: BuiltInMetric = {
  name: 'auc',
  describe: 'area under the ROC curve, of several classes each against the others, the mean over them',
  better: 'higher',
  isShare: true,
  unfit: unlessItDecides,
  meter: () => {
    const rows = new RowCollection();
    return {
      add: (batch) => rows.add(batch),
      value: () => {
        const { predictions, labels, width } = rows.all();
        const areas = Array.from({ length: width }, (_, column) =>
          areaOf(columnOf(predictions, column, width), columnOf(labels, column, width)),
        ).filter((area) => !Number.isNaN(area));
        return areas.reduce((sum, area) => sum + area, 0) / areas.length;
      },
    };
  },
};

/** Takes the area from the sum of ranks, equal values sharing theirs; NaN where all labels are alike. */
function areaOf(values: Float32Array, labels: Float32Array): number {
  const order = Array.from(values, (_, index) => index).sort((a, b) => values[a]! - values[b]!);
  let ranks = 0;
  let yes = 0;
  for (let start = 0, end = 0; start < order.length; start = end) {
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    const own = order.slice(start, end).filter((index) => labels[index]! >= HALF).length;
    ranks += (own * (start + end + 1)) / 2;
    yes += own;
  }
  return (ranks - (yes * (yes + 1)) / 2) / (yes * (values.length - yes));
}

const columnOf = (values: Float32Array, column: number, width: number): Float32Array =>
  values.filter((_, index) => index % width === column);
