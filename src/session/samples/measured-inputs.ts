import type { Random } from '../../core/index.js';
import { composedRows, type Dataset, drawCompositions, type Rows } from '../../data/index.js';
import { coverClasses } from './cover-classes.js';
import type { SampleSet, SampleSource, Samples } from './samples.js';

/** Inputs to choose each measured one from, so that they cover the classes. */
const CANDIDATES = 2;

/** How many inputs to measure on, and how they are chosen. */
interface Choice {
  readonly count: number;
  /** Whether they are chosen so that they cover the model's classes. */
  readonly covering: boolean;
  readonly random: Random;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes the inputs to measure on of some that were synthesised for it: these, and compositions of two of them, chosen so
 * that the model's answers cover its classes.
 */
export async function measuredInputs(
  source: SampleSource,
  read: Pick<Samples, 'heads' | 'ranges'>,
  made: readonly Rows[],
  { count, covering, random, signal }: Choice,
): Promise<SampleSet> {
  const candidates = covering ? CANDIDATES * count : count;
  const compositions = drawCompositions(made[0]!.count, candidates, random);
  const set = everyRow(synthesisedDataset(made.map((rows) => composedRows(rows, compositions))));
  return coverClasses(source, read, set, { count, signal });
}

/** A dataset of inputs that were made, without labels. */
export function synthesisedDataset(inputs: readonly Rows[]): Dataset {
  return {
    source: 'synthesised',
    inputs,
    labels: { kind: 'none' },
    count: inputs[0]!.count,
    skipped: [],
    close: async () => {},
  };
}

const everyRow = (dataset: Dataset): SampleSet => ({
  dataset,
  order: Array.from({ length: dataset.count }, (_, index) => index),
});
