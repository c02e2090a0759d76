import { dropPoints, type MetricScale, metricTitle } from '../report/index.js';
import type { ModelMeasurement } from './metric-accumulator.js';
import type { OutputMeasurement } from './output-accumulator.js';

/**
 * Computes the score by which states of one model are compared on labelled samples; higher is better.
 *
 * One output is compared by its metric; several by their losses, each as a share of the loss of a uniform guess
 * (or of the mean), since a point of accuracy and a hundredth of R2 can't be compared.
 *
 * @returns null without labels, or where no output can be measured.
 */
export function labelledScore({ outputs }: ModelMeasurement): number | null {
  if (outputs.length === 1) return outputs[0]!.value;
  const losses = outputs.map(({ relativeLoss }) => relativeLoss);
  if (losses.length === 0 || losses.some((loss) => loss === null)) return null;
  return -losses.reduce<number>((sum, loss) => sum + loss!, 0) / losses.length;
}

/** Names the figure that `labelledScore` returns. */
export function scoreName({ outputs }: ModelMeasurement): string {
  const [first] = outputs;
  return first === undefined || outputs.length > 1 ? 'loss, less than 0' : metricTitle(first.metric);
}

/** The metric of an output against the labels; without labels, its agreement with the first model. */
export const metricValue = ({ value, agreement }: OutputMeasurement): number => value ?? agreement;

/** Points that one output loses by the metric that was chosen for it, from the float model's value to another. */
interface ChosenFigures {
  readonly scale: MetricScale | null;
  readonly before: number;
  readonly after: number;
}

/** The mean of the points that are lost by the metrics that were chosen; null where none was. */
export function chosenDrop(outputs: readonly ChosenFigures[]): number | null {
  const chosen = outputs.filter(({ scale }) => scale !== null);
  if (chosen.length === 0) return null;
  const drops = chosen.map(({ scale, before, after }) => dropPoints(before, after, scale));
  return drops.reduce((sum, drop) => sum + drop, 0) / drops.length;
}

/** The output whose metric fell most from one model to another: the one that a limit on the drop is about. */
export function worstOutput(before: ModelMeasurement, after: ModelMeasurement): number {
  const drops = after.outputs.map((output, index) =>
    dropPoints(metricValue(before.outputs[index]!), metricValue(output), output.scale),
  );
  return drops.reduce((worst, drop, index) => (drop > drops[worst]! ? index : worst), 0);
}
