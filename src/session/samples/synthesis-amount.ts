import { sizeOf } from '../../core/index.js';
import type { SynthesisOptions, SyntheticInput } from '../../data/index.js';
import type { Engine } from '../../engine/index.js';
import { countMultiplications } from '../../model/index.js';
import type { Subject } from '../subject.js';
import type { SynthesisWish } from './samples.js';

/** Inputs: as many as hold so many values in all, within limits. */
const VALUES = 2 ** 24;
const COUNTS = { least: 80, most: 1280 };
/** A batch holds so many values at most, 64 inputs at most and 8 at least. */
const BATCH_VALUES = 2 ** 21;
const BATCH_SIZES = { least: 8, most: 64 };
const STEPS = { least: 8, most: 60 };
/**
 * Multiplications of the forward pass, over all steps of all inputs: a minute or two on two cores with AVX-512, of which
 * the embedded engine does a fortieth in that time. A count and no time, so that the same seed gives the same inputs on
 * every machine.
 */
const WORK: Readonly<Record<Engine['name'], number>> = { native: 4e12, embedded: 1e11 };
/** Inputs to measure on are worth so much of that. */
const MEASUREMENT_SHARE = 0.1;

type Amount = Pick<SynthesisOptions, 'batchSize' | 'batches' | 'steps' | 'limit'>;

/** How many inputs are made for a model, and in how many steps: as asked for, or else by the work that it is. */
export function synthesisAmount(
  subject: Subject,
  inputs: readonly SyntheticInput[],
  engine: Engine['name'],
  wish: SynthesisWish,
): Amount {
  const sampleSize = inputs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const largest = within(COUNTS, VALUES / sampleSize);
  const { worth, samples: wanted, maxMs } = wish;
  const work = WORK[engine] * (worth === 'measurement' ? MEASUREMENT_SHARE : 1);
  const stepsInAll = work / workOf(subject, inputs); // of one input each
  const samples =
    wanted ?? (worth === 'noise' ? largest : within({ ...COUNTS, most: largest }, stepsInAll / STEPS.most));
  const batchSize = Math.min(samples, within(BATCH_SIZES, BATCH_VALUES / sampleSize));
  const steps = worth === 'noise' ? 0 : (wish.steps ?? within(STEPS, stepsInAll / samples));
  const leastBatches = Math.ceil(Math.min(COUNTS.least, samples) / batchSize);
  return {
    batchSize,
    batches: Math.ceil(samples / batchSize),
    steps,
    limit: maxMs === undefined ? undefined : { maxMs, leastBatches },
  };
}

const within = ({ least, most }: { least: number; most: number }, wanted: number): number =>
  Math.min(most, Math.max(least, Math.floor(wanted)));

/**
 * Multiplications of one input's forward pass: counted where that is possible; at least one for each weight, at each step
 * of a sequence.
 */
function workOf(subject: Subject, inputs: readonly SyntheticInput[]): number {
  const counted = subject.kind === 'layers' ? (countMultiplications(subject.model) ?? 0) : 0;
  const weights = subject.weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const steps = Math.max(1, ...inputs.map(({ shape }) => (shape.length === 2 ? shape[0]! : 1)));
  return Math.max(counted, weights * steps);
}
