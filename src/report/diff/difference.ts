import { FLOAT_BITS } from '../float-bits.js';
import type { LayerReport } from '../layer-report.js';
import type { MetricReport } from '../report.js';

/** Facts about a layer of a run; null where the run doesn't have them. */
export interface LayerFacts {
  readonly name: string;
  readonly bits: number;
  readonly packedBytes: number;
  readonly sqnrDb: number | null;
  readonly outputSqnrDb: number | null;
  readonly verdict: NonNullable<LayerReport['verdict']>['level'] | null;
  /** In the order of its elements; null where there are none, or the file isn't there. */
  readonly codes: Uint8Array | null;
}

/** Facts about one run: from its report, its packed file, or both. */
export interface RunFacts {
  readonly source: string;
  readonly bytes: number;
  readonly ratio: number | null;
  /** Metric of the packed model. */
  readonly metric: (Pick<MetricReport, 'name' | 'on' | 'samples'> & { readonly value: number }) | null;
  /** Accuracy of the packed model class by class; null where it has no classes, or they were not measured. */
  readonly classes: ReadonlyMap<string, number> | null;
  readonly layers: readonly LayerFacts[];
  /** Options that decide its result, as they are typed, by their names; null where there is no report. */
  readonly options: ReadonlyMap<string, string> | null;
}

/** A figure of both runs; null where a run doesn't have it. */
export interface Change<Value> {
  readonly before: Value | null;
  readonly after: Value | null;
}

/** A layer that is not the same in both runs. */
export interface LayerDifference {
  readonly name: string;
  readonly kind: 'changed' | 'added' | 'removed';
  /** 32 where it stayed in float. */
  readonly bits: Change<number>;
  readonly packedBytes: Change<number>;
  readonly sqnrDb: Change<number>;
  readonly outputSqnrDb: Change<number>;
  readonly verdict: Change<NonNullable<LayerFacts['verdict']>>;
  /** Share of the weights with another code, 0 to 1; null where there are no codes to compare. */
  readonly codesChanged: number | null;
}

/** A class whose accuracy is not the same in both runs, as shares of 1. */
export interface ClassDifference {
  readonly name: string;
  readonly before: number;
  readonly after: number;
}

/** An option that is not the same in both runs; null where it was left out. */
export interface OptionDifference extends Change<string> {
  /** Flag, such as `--bits`, or `model`. */
  readonly name: string;
}

/** Differences between two runs. */
export interface Difference {
  readonly before: string;
  readonly after: string;
  readonly bytes: { readonly before: number; readonly after: number };
  readonly ratio: Change<number>;
  readonly metric: Change<NonNullable<RunFacts['metric']>>;
  /** Empty also where a run has no report. */
  readonly options: readonly OptionDifference[];
  /** Classes of another accuracy, the largest change first. */
  readonly classes: readonly ClassDifference[];
  readonly layers: readonly LayerDifference[];
  /** Quantized layers that are the same in both. */
  readonly unchanged: number;
  readonly notes: readonly string[];
}

/** Largest difference in dB that counts as equal: it is not shown, and differs from one engine to another. */
const SAME_DECIBELS = 0.05;

/** Compares two runs layer by layer; layers are matched by their weights' names. */
export function compareRuns(before: RunFacts, after: RunFacts): Difference {
  const earlier = new Map(before.layers.map((layer) => [layer.name, layer]));
  const later = new Map(after.layers.map((layer) => [layer.name, layer]));
  const pairs = [...new Set([...later.keys(), ...earlier.keys()])]
    .map((name) => [earlier.get(name), later.get(name)] as const)
    .filter(isComparable);
  const differences = pairs.map(([one, other]) => compareLayers(one, other));
  const layers = differences.filter((each) => each !== null);
  return {
    before: before.source,
    after: after.source,
    bytes: { before: before.bytes, after: after.bytes },
    ratio: { before: before.ratio, after: after.ratio },
    metric: { before: before.metric, after: after.metric },
    options: compareOptions(before.options, after.options),
    classes: compareClasses(before.classes, after.classes),
    layers,
    unchanged: pairs.filter((pair, index) => differences[index] === null && isQuantized(pair)).length,
    notes: notesOn(before, after),
  };
}

/** Folding BatchNorm adds and removes float tensors: only those in both runs are compared. */
function isComparable([before, after]: readonly [LayerFacts | undefined, LayerFacts | undefined]): boolean {
  return (before !== undefined && after !== undefined) || (before ?? after)!.bits !== FLOAT_BITS;
}

/** Float tensors are no layers: a `.qgt` has others than a report, those that folding made. */
const isQuantized = (pair: readonly (LayerFacts | undefined)[]): boolean =>
  pair.some((each) => each !== undefined && each.bits < FLOAT_BITS);

function compareClasses(before: RunFacts['classes'], after: RunFacts['classes']): ClassDifference[] {
  if (before === null || after === null) return [];
  const size = (each: ClassDifference) => Math.abs(each.after - each.before);
  return [...before]
    .map(([name, accuracy]) => ({ name, before: accuracy, after: after.get(name) ?? accuracy }))
    .filter((each) => size(each) > 0)
    .toSorted((a, b) => size(b) - size(a));
}

function compareOptions(before: RunFacts['options'], after: RunFacts['options']): OptionDifference[] {
  if (before === null || after === null) return [];
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((name) => ({ name, before: before.get(name) ?? null, after: after.get(name) ?? null }))
    .filter((each) => each.before !== each.after);
}

/** Compares a layer of two runs; null: it is the same in both. */
function compareLayers(
  before: LayerFacts | undefined,
  after: LayerFacts | undefined,
): LayerDifference | null {
  const change = <Key extends 'bits' | 'packedBytes' | 'sqnrDb' | 'outputSqnrDb' | 'verdict'>(key: Key) => ({
    before: before?.[key] ?? null,
    after: after?.[key] ?? null,
  });
  const difference = {
    name: (after ?? before)!.name,
    kind: before === undefined ? 'added' : after === undefined ? 'removed' : 'changed',
    bits: change('bits'),
    packedBytes: change('packedBytes'),
    sqnrDb: change('sqnrDb'),
    outputSqnrDb: change('outputSqnrDb'),
    verdict: change('verdict'),
    // Codes of different widths mean different things.
    codesChanged: before?.bits === after?.bits ? shareChanged(before?.codes, after?.codes) : null,
  } as const;
  return isSame(difference) ? null : difference;
}

function isSame({
  kind,
  bits,
  packedBytes,
  sqnrDb,
  outputSqnrDb,
  verdict,
  codesChanged,
}: LayerDifference): boolean {
  const equal = ({ before, after }: Change<unknown>) => before === null || after === null || before === after;
  const close = ({ before, after }: Change<number>) =>
    before === null || after === null || Math.abs(before - after) < SAME_DECIBELS;
  return (
    kind === 'changed' &&
    [bits, packedBytes, verdict].every(equal) &&
    [sqnrDb, outputSqnrDb].every(close) &&
    (codesChanged ?? 0) === 0
  );
}

function shareChanged(before: LayerFacts['codes'] = null, after: LayerFacts['codes'] = null): number | null {
  if (before === null || after === null || before.length !== after.length || after.length === 0) return null;
  return after.reduce((count, code, index) => count + Number(code !== before[index]), 0) / after.length;
}

function notesOn(before: RunFacts, after: RunFacts): string[] {
  const [one, other] = [before.metric, after.metric];
  if (one === null || other === null) return [];
  if (one.name !== other.name) return [`${one.name} and ${other.name} can't be compared`];
  if (one.on === other.on && one.samples === other.samples) return [];
  // A report tells no more of a file than how it was named.
  return one.samples === other.samples
    ? [
        `measured on ${one.samples} samples of ${one.on}, and ${other.samples} of ${other.on}: if these are not the same samples, the figures can't be compared`,
      ]
    : [`measured on different samples: ${one.samples} of ${one.on}, and ${other.samples} of ${other.on}`];
}
