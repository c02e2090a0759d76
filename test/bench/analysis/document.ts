import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fillTemplate } from '../fill-template.js';
import { machine } from '../machine.js';
import { table } from '../markdown-table.js';
import type { AnalysisFigures } from './measure.js';

const signed = (value: number, digits = 1): string =>
  `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`;
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const titleOf = ({ subject }: AnalysisFigures): string => `${subject.model}, ${subject.bits} bits`;

/** The page, from analysis.template.md: each `{{name}}` in it is a figure of this run. */
export async function analysisPage(figures: readonly AnalysisFigures[]): Promise<string> {
  const template = await readFile(join(import.meta.dirname, 'analysis.template.md'), 'utf8');
  return fillTemplate(template, {
    date: new Date().toISOString().slice(0, 10),
    machine: await machine(),
    order: orderTable(figures),
    remedies: remedyTable(figures),
    time: timeTable(figures),
    layers: figures.map(layerTable).join('\n\n'),
  });
}

/** One line, for whoever waits. */
export function summary(figures: AnalysisFigures): string {
  const { byAccuracy, byLoss, remedy } = figures;
  const followed = remedy === null ? 'no remedy' : `${remedy.text}; measured ${signed(remedy.measured)}`;
  return `${titleOf(figures)}: Spearman ${byAccuracy.toFixed(2)}, ${byLoss.toFixed(2)}; ${followed}`;
}

function orderTable(figures: readonly AnalysisFigures[]): string {
  return table(
    [
      'Model',
      'float',
      'rounded',
      'the first by the verdict gains',
      'the most by brute force',
      'Spearman, accuracy',
      'Spearman, loss',
    ],
    figures.map((each) => {
      const most = each.layers.reduce((best, layer) => (layer.points > best.points ? layer : best));
      const [first] = each.layers;
      return [
        titleOf(each),
        percent(each.float.accuracy),
        percent(each.packed.accuracy),
        `${first!.name} ${signed(first!.points)}`,
        `${most.name} ${signed(most.points)}`,
        each.byAccuracy.toFixed(2),
        each.byLoss.toFixed(2),
      ];
    }),
  );
}

function remedyTable(figures: readonly AnalysisFigures[]): string {
  return table(
    [
      'Model',
      'first remedy, as stated',
      'standard error',
      'followed, on fresh samples',
      'of what was stated',
    ],
    figures.flatMap((each) => {
      const { remedy } = each;
      if (remedy === null) return [];
      const { text, stated, statedError, measured } = remedy;
      return [
        [
          titleOf(each),
          text,
          statedError === null ? '' : `${statedError.toFixed(1)}`,
          `${signed(measured)} points`,
          `${((100 * measured) / stated).toFixed(0)} %`,
        ],
      ];
    }),
  );
}

function timeTable(figures: readonly AnalysisFigures[]): string {
  return table(
    ['Model', 'layers', 's'],
    figures.map((each) => [titleOf(each), String(each.layers.length), (each.analysisMs / 1000).toFixed(0)]),
  );
}

function layerTable(figures: AnalysisFigures): string {
  return `### ${titleOf(figures)}\n\n${table(
    ['In the order of the verdict', 'verdict', 'points in float', 'nats of loss in float'],
    figures.layers.map(({ name, level, points, loss }) => [name, level, signed(points), signed(loss, 4)]),
  )}`;
}
