import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fillTemplate } from '../fill-template.js';
import { machine } from '../machine.js';
import { table } from '../markdown-table.js';
import type { AnalysisFigures } from './measure.js';

const signed = (value: number, digits = 1): string =>
  `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`;
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const RIGHT_ORDER = 0.8;
/** Points that must be lost for a share of them to mean anything. */
const MIN_LOST = 1;
const titleOf = ({ subject }: AnalysisFigures): string => `${subject.model}, ${subject.bits} bits`;

/** The page, from analysis.template.md: each `{{name}}` in it is a figure of this run. */
export async function analysisPage(figures: readonly AnalysisFigures[]): Promise<string> {
  const template = await readFile(join(import.meta.dirname, 'analysis.template.md'), 'utf8');
  return fillTemplate(template, {
    date: new Date().toISOString().slice(0, 10),
    machine: await machine(),
    order: orderTable(figures),
    ordered: ordered(figures),
    five: firstFiveTable(figures),
    advice: adviceTable(figures),
    held: held(figures),
    time: timeTable(figures),
    layers: figures.map(layerTable).join('\n\n'),
  });
}

/** One line, for whoever waits. */
export function summary(figures: AnalysisFigures): string {
  const { byLoss, rankedBy, advice } = figures;
  const followed = advice.map(
    ({ text, measured, holds }) => `${text}; measured ${signed(measured)}${holds ? '' : ' (does not hold)'}`,
  );
  return [`${titleOf(figures)}: Spearman ${byLoss.toFixed(2)} by ${rankedBy}`, ...followed].join('\n  ');
}

function orderTable(figures: readonly AnalysisFigures[]): string {
  return table(
    ['Model', 'float', 'rounded', 'ranked by', 'Spearman, loss'],
    figures.map((each) => [
      titleOf(each),
      percent(each.float.quality),
      percent(each.packed.quality),
      each.rankedBy,
      each.byLoss.toFixed(2),
    ]),
  );
}

function adviceTable(figures: readonly AnalysisFigures[]): string {
  return table(
    ['Model', 'advice, as stated', 'followed, on fresh samples', 'standard error of both', 'holds'],
    figures.flatMap((each) =>
      each.advice.map(({ text, unit, measured, error, holds }) => [
        titleOf(each),
        text,
        `${signed(measured)} ${unit}`,
        error.toFixed(1),
        holds ? 'yes' : 'no',
      ]),
    ),
  );
}

function firstFiveTable(figures: readonly AnalysisFigures[]): string {
  return table(
    ['Model', 'lost, rounded', 'brought back', 'share', 'more bytes'],
    figures.map((each) => {
      const lost = 100 * (each.float.quality - each.packed.quality);
      const { points, bytes } = each.firstFive;
      const share = lost < MIN_LOST ? '' : `${((100 * points) / lost).toFixed(0)} %`;
      return [titleOf(each), `${lost.toFixed(1)} points`, signed(points), share, bytes.toLocaleString('en')];
    }),
  );
}

/** Orders that are right by the mark, of how many; to two digits, as the table has them. */
function ordered(figures: readonly AnalysisFigures[]): string {
  const right = figures.filter(({ byLoss }) => Number(byLoss.toFixed(2)) >= RIGHT_ORDER);
  return `${right.length} of ${figures.length}`;
}

/** Gains that hold, of how many. */
function held(figures: readonly AnalysisFigures[]): string {
  const all = figures.flatMap(({ advice }) => advice);
  return `${all.filter(({ holds }) => holds).length} of ${all.length}`;
}

function timeTable(figures: readonly AnalysisFigures[]): string {
  return table(
    ['Model', 'layers', 's'],
    figures.map((each) => [titleOf(each), String(each.layers.length), (each.analysisMs / 1000).toFixed(0)]),
  );
}

function layerTable(figures: AnalysisFigures): string {
  return `### ${titleOf(figures)}\n\n${table(
    ['In the order of the verdict', 'verdict', 'loss alone', 'loss back in float'],
    figures.layers.map(({ name, level, alone, inFloat }) => [
      name,
      level,
      signed(alone, 4),
      signed(inFloat, 4),
    ]),
  )}`;
}
