import { countText } from '../core/index.js';
import {
  type AllocationReport,
  dropPoints,
  formatMetric,
  isShare,
  type MetricReport,
} from '../report/index.js';
import { type Allocation, paretoFront } from './allocation.js';
import { dropOf } from './fit-to-drop.js';
import type { GoalFit } from './fit-to-goal.js';

/** Most points of the front in a report. */
const MAX_POINTS = 24;

/** Samples that the limit on the drop must correspond to, for a drop to be known to a third of it. */
const SURE_SAMPLES = 10;

/** Share of a size that a file uses, unless a note says why not. */
const MIN_USED = 0.99;

/** How the widths were chosen, as the report has it. */
export function allocationReport(found: GoalFit, bytesBefore: number): AllocationReport {
  const { goal, search, best, reference } = found;
  const { layers, bits, cost, gap } = best.chosen;
  const ratio = (bytes: number) => bytesBefore / bytes;
  const { fixedBytes } = search.widths;
  return {
    goal: { option: goal.option, ...reached(found) },
    chosen: { bits: Object.fromEntries(bits), predictedCost: cost, gap },
    costs: Object.fromEntries(
      layers.map(({ name, choices }) => [
        name,
        choices.map((choice) => ({ bits: choice.bits, bytes: choice.bytes, predictedCost: choice.cost })),
      ]),
    ),
    front: thin(paretoFront(layers)).map((point) => ({
      bits: Object.fromEntries(point.bits),
      bytes: fixedBytes + point.bytes,
      ratio: ratio(fixedBytes + point.bytes),
      predictedCost: point.cost,
    })),
    candidates: search.candidates.map((each) => ({
      kind: each.kind,
      bits: Object.fromEntries(each.chosen.bits),
      epochs: each.epochs,
      bytes: each.bytes,
      ratio: ratio(each.bytes),
      predictedCost: each.chosen.cost,
      value: each.metric.after,
      drop: dropOf(each, reference),
    })),
    reference,
  };
}

function reached({ goal, best, reference }: GoalFit) {
  const [limit, value] =
    goal.kind === 'size' ? [goal.mostBytes, best.bytes] : [goal.mostDrop, dropOf(best, reference)];
  return { limit, value, met: value <= limit };
}

/** Points all along the front, both its ends among them. */
function thin(front: readonly Allocation[]): Allocation[] {
  if (front.length <= MAX_POINTS) return [...front];
  const step = (front.length - 1) / (MAX_POINTS - 1);
  return Array.from({ length: MAX_POINTS }, (_, index) => front[Math.round(index * step)]!);
}

/**
 * Writes notes on a choice for the report.
 *
 * @param metric  Metric of the finished file; null where no output of it can be measured.
 */
export function notesOnAllocation(found: GoalFit, metric: MetricReport | null): string[] {
  const { goal, best, reference } = found;
  const { name, before, samples, scale } = best.metric;
  const { limit, value, met } = reached(found);
  const held = `${countText(samples, 'sample')} held out of the training data`;
  const notes: string[] = [];
  if (dropPoints(before, reference, scale) > 0) {
    const [floatFigure, from] = [formatMetric(name, before), formatMetric(name, reference)];
    notes.push(
      `the drop is counted from ${from}, what the same training at the largest widths reaches on ${held}; ` +
        `the float model has ${floatFigure} there, and may know them by heart`,
    );
  }
  if (!met) {
    const over =
      goal.kind === 'size'
        ? `the file takes ${value} bytes`
        : `${value.toFixed(2)} points are lost on ${held}`;
    notes.push(`--${goal.option} was not kept: ${over}, where ${limit} are allowed`);
  }
  if (goal.kind === 'size' && met && value < MIN_USED * limit) notes.push(unusedNote(found));
  if (goal.kind === 'drop' && metric !== null) {
    const lost = metric.drop;
    if (met && lost > limit)
      notes.push(
        `${lost.toFixed(2)} points are lost on ${metric.on}; --max-drop ${limit} was kept on ${held}`,
      );
    const few = (limit / 100) * samples;
    if (isShare(name) && few < SURE_SAMPLES) notes.push(fewSamples(limit, few, held));
  }
  return notes;
}

/** Why a file takes less than it may. */
function unusedNote({ goal, best: { chosen, bytes, fitted } }: GoalFit): string {
  const isWidest = chosen.layers.every(({ name, choices }) =>
    choices.every(({ bits }) => bits <= chosen.bits.get(name)!),
  );
  const reason = isWidest
    ? 'every kernel has its largest width'
    : fitted.tuned === undefined
      ? 'weights that are only rounded take what their widths take, and no others fit better'
      : fitted.tuned.roundingSteps > 0
        ? 'codes that were learned block by block take what their widths take, and no others fit better'
        : 'training made the codes rarer than was foreseen';
  return `--${goal.option}: the file takes ${bytes} bytes, since ${reason}`;
}

/** Warns of few samples: wrong predictions are counted, and a count deviates by at least the root of its mean. */
function fewSamples(limit: number, few: number, held: string): string {
  const points = few === 0 ? '' : ` by ${(limit / Math.sqrt(few)).toFixed(2)} points or more`;
  return (
    `--max-drop ${limit} comes to ${few.toFixed(1)} of ${held}: by chance alone a drop may be off${points}; ` +
    'more data would make it surer'
  );
}
