import { type Allocation, paretoFront } from '../../plan/index.js';
import { type AllocationReport, formatMetric, type MetricReport } from '../../report/index.js';
import { dropOf } from './fit-to-drop.js';
import type { GoalFit } from './fit-to-goal.js';

/** Points of the front that are reported at most. */
const MOST_POINTS = 24;

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
    tries: search.tries.map((each) => ({
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
  if (front.length <= MOST_POINTS) return [...front];
  const step = (front.length - 1) / (MOST_POINTS - 1);
  return Array.from({ length: MOST_POINTS }, (_, index) => front[Math.round(index * step)]!);
}

/**
 * What a reader of the report must know of a choice besides its figures.
 *
 * @param metric  Of the finished file.
 */
export function notesOnAllocation(found: GoalFit, metric: MetricReport): string[] {
  const { goal, best, reference } = found;
  const { name, before, samples } = best.metric;
  const { limit, value, met } = reached(found);
  const held = `${samples} samples held out of the training data`;
  const notes: string[] = [];
  if (reference < before) {
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
  const lost = 100 * (metric.before - metric.after);
  if (goal.kind === 'drop' && met && lost > limit)
    notes.push(`${lost.toFixed(2)} points are lost on ${metric.on}; --max-drop ${limit} was kept on ${held}`);
  return notes;
}
