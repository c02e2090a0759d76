import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { median } from '../figures.js';
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

interface Kernel {
  readonly layer: string;
  readonly cost: Cost;
  /** Summed over the epochs. */
  readonly residual: number;
}

/** Share of the usual residual below which a kernel has 8 bits, and the most bits below which a depthwise one has more. */
const EDGE_SHARE = 0.02;
const DEPTHWISE_BITS = 4;

const page = await readFile(PAGE, 'utf8');
const records = await readRecords();

const rows = Object.entries(MODELS).flatMap(([name, model]) =>
  WIDTHS.flatMap((bits) => {
    const trace = lastTrace(`${name}-ours-${bits}-seed0-`);
    if (trace === undefined) return [];
    const kernels = [...costsOf(`### ${model}, ${bits} bits\n`)]
      .filter(([layer]) => layer in trace[0]!)
      .map(([layer, cost]) => ({
        layer,
        cost,
        residual: trace.reduce((sum, epoch) => sum + epoch[layer]!, 0),
      }));
    const inside = ofOneWidth(kernels, bits);
    return [
      [
        `${model}, ${bits} bits`,
        String(kernels.length),
        ...[orderOf(kernels, 0), orderOf(kernels, 1)],
        String(inside.length),
        ...[orderOf(inside, 0), orderOf(inside, 1)],
      ],
    ];
  }),
);
console.log(
  table(['Model', 'kernels', 'alone', 'back in float', 'of one width', 'alone', 'back in float'], rows),
);

/** Spearman's correlation of the residuals with one of the costs. */
function orderOf(kernels: readonly Kernel[], side: 0 | 1): string {
  const costs = kernels.map(({ cost }) => cost[side]);
  return spearman(
    kernels.map(({ residual }) => residual),
    costs,
  ).toFixed(2);
}

/** Those that have the width of the training: wider ones cost less and have less of a residual, whatever the layer. */
function ofOneWidth(kernels: readonly Kernel[], bits: string): Kernel[] {
  const usual = median(kernels.map(({ residual }) => residual));
  return kernels.filter(
    ({ layer, residual }) =>
      residual > EDGE_SHARE * usual && !(layer.includes('depthwise') && Number(bits) < DEPTHWISE_BITS),
  );
}

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
