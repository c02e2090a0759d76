import { decidedClasses, HALF, indexOfLargest } from '../decisions.js';
import { type BuiltInMetric, type MetricMeter, type MetricRows, unlessItDecides } from './metric.js';

/** Rows of a class: those of it that were decided for it, those that were not, and those of other classes that were. */
interface Overlap {
  hit: number;
  missed: number;
  wrong: number;
}

/**
 * Sums up a figure of every class, and takes their mean; a class that is neither a label nor an answer is left out.
 *
 * Rows of one class each are counted by it, a yes or no by itself as two classes; several of them in a row, which are
 * independent of each other, by the yes of each. Rows whose labels are all 0 are left out where a row has one class.
 */
function overlapMeter(
  decision: 'largest' | 'each' | null,
  figure: (overlap: Readonly<Overlap>) => number,
): MetricMeter {
  const classes = new Map<number, Overlap>();
  const of = (index: number): Overlap => {
    const found = classes.get(index) ?? { hit: 0, missed: 0, wrong: 0 };
    classes.set(index, found);
    return found;
  };
  const count = (label: number, answer: number): void => {
    if (label === answer) of(label).hit++;
    else {
      of(label).missed++;
      of(answer).wrong++;
    }
  };
  return {
    add: (rows) => {
      if (decision === 'each' && rows.width > 1) return countYes(rows, of);
      const answers = decidedClasses(decision ?? 'each', rows.predictions, rows.width);
      for (const [row, answer] of answers.entries()) {
        const label = rows.labels.subarray(row * rows.width, (row + 1) * rows.width);
        if (rows.width === 1) count(Number(label[0]! >= HALF), answer);
        else if (label.some((value) => value !== 0)) count(indexOfLargest(label), answer);
      }
    },
    value: () => {
      const figures = [...classes.values()].map(figure);
      return figures.reduce((sum, each) => sum + each, 0) / figures.length;
    },
  };
}

/** Counts the yes of each column; one that is neither labelled nor answered with yes gets no entry. */
function countYes({ predictions, labels, width }: MetricRows, of: (column: number) => Overlap): void {
  for (const [index, value] of predictions.entries()) {
    const [answer, label] = [value >= HALF, labels[index]! >= HALF];
    if (answer && label) of(index % width).hit++;
    else if (label) of(index % width).missed++;
    else if (answer) of(index % width).wrong++;
  }
}

/** The F1 score: `2 hit / (2 hit + missed + wrong)`, the mean over the classes. */
export const f1: BuiltInMetric = {
  name: 'f1',
  describe: 'F1 of each class, the mean over the classes (macro)',
  better: 'higher',
  isShare: true,
  unfit: unlessItDecides,
  meter: ({ decision }) =>
    overlapMeter(decision, ({ hit, missed, wrong }) => (2 * hit) / (2 * hit + missed + wrong)),
};

/** Intersection over union: `hit / (hit + missed + wrong)`, the mean over the classes. */
export const iou: BuiltInMetric = {
  name: 'iou',
  describe: 'intersection over union of each class, the mean over the classes, for segmentation',
  better: 'higher',
  isShare: true,
  unfit: unlessItDecides,
  meter: ({ decision }) => overlapMeter(decision, ({ hit, missed, wrong }) => hit / (hit + missed + wrong)),
};
