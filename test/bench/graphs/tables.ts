import { median } from '../figures.js';
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
  const pair = measuredPair(lookup, subject, bits);
  if (pair === undefined) return [subject.model, `${bits}`, NOT_RUN];
  const { rounded, trained, noises, gain } = pair;
  return [
    ...[subject.model, `${bits}`, decibels(noises.rounded), decibels(noises.trained), decibels(gain)],
    trained.epochs.toFixed(1).replace('.0', ''),
    ...[bytesText(rounded.bytes), bytesText(trained.bytes)],
    versionsOf([rounded, trained]),
  ];
}

/** Median over the graphs that were run of how much less noise a training leaves than rounding, in dB; `not run` without any. */
export function medianGain(lookup: Lookup, bits: number): string {
  const gains = unlabelled.flatMap((subject) => measuredPair(lookup, subject, bits)?.gain ?? []);
  return gains.length === 0 ? NOT_RUN : decibels(median(gains));
}

/** A rounded graph beside the trained one, and how much less noise that has, in dB; undefined where one was not run. */
function measuredPair(lookup: Lookup, subject: Unlabelled, bits: number) {
  const rounded = lookup(unlabelledRun(subject, bits, 'rounded'));
  const trained = lookup(unlabelledRun(subject, bits, 'trained'));
  if (rounded?.sqnrDb == null || trained?.sqnrDb == null) return undefined;
  const noises = { rounded: rounded.sqnrDb, trained: trained.sqnrDb };
  return { rounded, trained, noises, gain: noises.trained - noises.rounded };
}

const versionsOf = (outcomes: readonly Outcome[]): string =>
  [...new Set(outcomes.map(({ version }) => version))].join(', ');
