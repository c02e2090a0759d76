import { dropPoints, formatDrop } from '../drop.js';
import {
  formatBytes,
  formatDecibels,
  formatMetric,
  formatRatio,
  formatShare,
  NO_FIGURE,
} from '../figures.js';
import { isShare } from '../metric-scale.js';
import type { Change, ClassDifference, Difference, LayerDifference, OptionDifference } from './difference.js';

/** One column of the table of differences, on a terminal and in Markdown. */
export interface DifferenceColumn {
  readonly head: string;
  /** Order in which columns are dropped on a narrow terminal, the highest first; absent: it always stays. */
  readonly rank?: number;
  cell(layer: LayerDifference): string;
}

/** The columns after the layer's name. */
export const differenceColumns: readonly DifferenceColumn[] = [
  { head: 'bits', cell: ({ bits }) => arrow(bits, String) },
  { head: 'size', cell: ({ packedBytes }) => arrow(packedBytes, formatBytes) },
  { head: 'weight dB', rank: 1, cell: ({ sqnrDb }) => arrow(sqnrDb, formatDecibels) },
  { head: 'output dB', rank: 2, cell: ({ outputSqnrDb }) => arrow(outputSqnrDb, formatDecibels) },
  { head: 'verdict', rank: 3, cell: ({ verdict }) => arrow(verdict, String) },
  {
    head: 'codes',
    rank: 4,
    cell: ({ codesChanged }) => (codesChanged === null ? NO_FIGURE : `${formatShare(codesChanged)} differ`),
  },
];

/** The name of a layer, and whether only one run has it. */
export function layerTitle({ name, kind }: LayerDifference): string {
  return kind === 'changed' ? name : `${name} (${kind})`;
}

/** Classes that are named, those that changed most. */
const MAX_CLASSES = 5;

const classChange = ({ name, before, after }: ClassDifference): string =>
  `${name}: ${formatShare(before)} → ${formatShare(after)}`;

const optionChange = ({ name, ...values }: OptionDifference): string =>
  `${name} ${arrow(values, (value) => value)}`;

/** The totals of a difference by what they are called. */
export function differenceFacts({
  bytes,
  ratio,
  metric,
  options,
  classes,
  layers,
  unchanged,
}: Difference): [name: string, value: string][] {
  const smaller = (value: number) => `${formatRatio(value)} times smaller`;
  const growth = 100 * (bytes.after / bytes.before - 1);
  const sign = growth > 0 ? '+' : '';
  const facts: [string, string][] = [
    ['size', `${arrow(bytes, formatBytes)} (${sign}${growth.toFixed(1)} %)`],
  ];
  if (ratio.before !== null && ratio.after !== null) facts.push(['ratio', arrow(ratio, smaller)]);
  const comparable =
    metric.before === null || metric.after === null || metric.before.name === metric.after.name;
  if (comparable && (metric.before !== null || metric.after !== null)) {
    const name = (metric.after ?? metric.before)!.name;
    facts.push([name, `${arrow(metric, (each) => formatMetric(each.name, each.value))}${lost(metric)}`]);
  }
  if (classes.length > 0) facts.push(['classes', classes.slice(0, MAX_CLASSES).map(classChange).join(', ')]);
  if (options.length > 0) facts.push(['options that differ', options.map(optionChange).join(', ')]);
  facts.push(['layers', `${layers.length} changed, ${unchanged} as before`]);
  return facts;
}

/** Points are told apart where percentages would not be. */
function lost({ before, after }: Difference['metric']): string {
  if (before === null || after === null || before.name !== after.name || !isShare(before.name)) return '';
  const points = dropPoints(before.value, after.value);
  return points === 0 ? '' : `, ${formatDrop(before.name, points, 2)}`;
}

/** `9.3 → 12.1`, or one figure where both read the same. */
function arrow<Value>({ before, after }: Change<Value>, format: (value: Value) => string): string {
  const [one, other] = [before, after].map((value) => (value === null ? NO_FIGURE : format(value)));
  return one === other ? one! : `${one} → ${other}`;
}
