import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { table } from '../markdown-table.js';
import { readRecords } from '../results/record.js';
import { spearman } from './spearman.js';

/** Where the costs by brute force stand. */
const PAGE = resolve(import.meta.dirname, '../../../docs/analysis-figures.md');
/** Trainings, by the beginning of their record's name, and the title of the same model and width on the page. */
const MODELS: Readonly<Record<string, string>> = {
  resnet8: 'ours-resnet8-cifar10-jpeg',
  'mobilenet-cifar10': 'ours-mobilenet-cifar10',
  'mobilenet-person96': 'ours-mobilenet-person96',
  'nnvis-cifar-10': 'nnvis-cifar-10',
  'nnvis-california-housing': 'nnvis-california-housing',
};
const WIDTHS = ['1.58', '2', '3', '4'];

/** What a layer costs by brute force: rounded in the float model, and in float in the rounded one. */
type Cost = readonly [alone: number, inFloat: number];

const page = await readFile(PAGE, 'utf8');
const records = await readRecords();

const rows = Object.entries(MODELS).flatMap(([name, model]) =>
  WIDTHS.flatMap((bits) => {
    const trace = lastTrace(`${name}-ours-${bits}-seed0-`);
    if (trace === undefined) return [];
    const costs = [...costsOf(`### ${model}, ${bits} bits\n`)].filter(([layer]) => layer in trace[0]!);
    const residuals = costs.map(([layer]) => trace.reduce((sum, epoch) => sum + epoch[layer]!, 0));
    const order = (side: 0 | 1) =>
      spearman(
        residuals,
        costs.map(([, cost]) => cost[side]),
      ).toFixed(2);
    return [[`${model}, ${bits} bits`, String(costs.length), order(0), order(1)]];
  }),
);
console.log(table(['Model', 'kernels', 'Spearman, loss alone', 'loss back in float'], rows));

/** The residuals by kernel after each epoch of the last training of that name. */
function lastTrace(name: string): Readonly<Record<string, number>>[] | undefined {
  return records
    .filter((record) => record.name.startsWith(name))
    .sort((a, b) => a.measuredAt.localeCompare(b.measuredAt))
    .at(-1)
    ?.measurement.trace?.map(({ residuals }) => residuals);
}

/** The costs by kernel in the table under a heading of the page. */
function costsOf(heading: string): Map<string, Cost> {
  const [, after = ''] = page.split(heading);
  const [section] = after.split('\n### ');
  const lines = section!.split('\n').filter((line) => line.startsWith('| '));
  return new Map(
    lines.slice(2).map((line) => {
      const [layer, , alone, inFloat] = line.slice(2, -2).split(' | ');
      return [layer!, [numberOf(alone!), numberOf(inFloat!)]] as const;
    }),
  );
}

function numberOf(text: string): number {
  return Number(text.replace('−', '-'));
}
