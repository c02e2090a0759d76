import { table } from '../markdown-table.js';
import { bytesText } from '../results/figures.js';
import {
  freeRun,
  type Kind,
  type Run,
  SEEDS,
  type Twin,
  twinRun,
  twins,
  UNLABELLED_BITS,
  type Unlabelled,
  unlabelled,
  unlabelledRun,
} from './experiments.js';
import type { Outcome } from './outcome.js';

/** Looks a run's outcome up; undefined where it was not run. */
export type Lookup = (run: Run) => Outcome | undefined;

const NOT_RUN = 'not run';
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const percent = (value: number): string => `${(100 * value).toFixed(2)} %`;
const decibels = (value: number): string => value.toFixed(1);

const HEADS = ['model', 'runs', 'layers', 'graph', 'points apart', 'bytes', 'graph', 'times', 'version'];

/** Accuracy and bytes of the twins, by the mean over the seeds that were run. */
export const twinTable = (lookup: Lookup): string => pairTable(lookup, twinRun);

/** The same of the runs without data. */
export const freeTable = (lookup: Lookup): string => pairTable(lookup, freeRun);

function pairTable(lookup: Lookup, runOf: (twin: Twin, kind: Kind, seed: number) => Run): string {
  const rows = twins.map((twin) => {
    const pairs = SEEDS.map((seed) => pairOf(lookup, (kind) => runOf(twin, kind, seed)));
    return pairRow(twin.model, pairs);
  });
  return table(HEADS, rows);
}

type Pair = Readonly<Record<Kind, Outcome>>;

function pairOf(lookup: Lookup, runOf: (kind: Kind) => Run): Pair | undefined {
  const [layers, graph] = [lookup(runOf('layers')), lookup(runOf('graph'))];
  return layers && graph && { layers, graph };
}

function pairRow(model: string, all: readonly (Pair | undefined)[]): string[] {
  const pairs = all.filter((pair) => pair !== undefined);
  if (pairs.length === 0) return [model, NOT_RUN];
  const meanOf = (kind: Kind, value: (outcome: Outcome) => number): number =>
    mean(pairs.map((pair) => value(pair[kind])));
  const [layers, graph] = [meanOf('layers', ({ after }) => after), meanOf('graph', ({ after }) => after)];
  const [bytes, graphBytes] = [meanOf('layers', (each) => each.bytes), meanOf('graph', (each) => each.bytes)];
  return [
    ...[model, `${pairs.length}`, percent(layers), percent(graph)],
    (100 * (graph - layers)).toFixed(2),
    ...[bytesText(bytes), bytesText(graphBytes), (graphBytes / bytes).toFixed(2)],
    versionsOf(pairs.flatMap((pair) => [pair.layers, pair.graph])),
  ];
}

/** Noise of graphs that were trained without labels, beside rounding. */
export function unlabelledTable(lookup: Lookup): string {
  const rows = UNLABELLED_BITS.flatMap((bits) =>
    unlabelled.map((subject) => unlabelledRow(lookup, subject, bits)),
  );
  const heads = ['model', 'bits', 'rounded, dB', 'trained, dB', 'better by', 'epochs'];
  heads.push('rounded, bytes', 'trained');
  return table([...heads, 'version'], rows);
}

function unlabelledRow(lookup: Lookup, subject: Unlabelled, bits: number): string[] {
  const rounded = lookup(unlabelledRun(subject, bits, 'rounded'));
  const trained = lookup(unlabelledRun(subject, bits, 'trained'));
  if (rounded?.sqnrDb == null || trained?.sqnrDb == null) return [subject.model, `${bits}`, NOT_RUN];
  return [
    ...[subject.model, `${bits}`, decibels(rounded.sqnrDb), decibels(trained.sqnrDb)],
    decibels(trained.sqnrDb - rounded.sqnrDb),
    trained.epochs.toFixed(1).replace('.0', ''),
    ...[bytesText(rounded.bytes), bytesText(trained.bytes)],
    versionsOf([rounded, trained]),
  ];
}

/** Median over the graphs that were run of how much less noise a training leaves than rounding, in dB; `not run` without any. */
export function medianGain(lookup: Lookup, bits: number): string {
  const gains = unlabelled
    .map((subject) => {
      const [rounded, trained] = (['rounded', 'trained'] as const).map((way) =>
        lookup(unlabelledRun(subject, bits, way)),
      );
      return (trained?.sqnrDb ?? Number.NaN) - (rounded?.sqnrDb ?? Number.NaN);
    })
    .filter((gain) => !Number.isNaN(gain))
    .sort((a, b) => a - b);
  if (gains.length === 0) return NOT_RUN;
  const half = gains.length >> 1;
  return decibels(gains.length % 2 === 1 ? gains[half]! : (gains[half - 1]! + gains[half]!) / 2);
}

const versionsOf = (outcomes: readonly Outcome[]): string =>
  [...new Set(outcomes.map(({ version }) => version))].join(', ');
