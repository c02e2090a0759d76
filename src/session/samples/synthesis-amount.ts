import { QgtError, sizeOf } from '../../core/index.js';
import type { SynthesisOptions, SyntheticInput } from '../../data/index.js';
import type { Engine } from '../../engine/index.js';
import type { ForwardWork } from '../../model/index.js';
import type { SynthesisWish } from './samples.js';

/** Inputs: as many as hold so many values in all, within limits. */
const VALUES = 2 ** 24;
const COUNTS = { least: 80, most: 1280 };
/** The least, where they are so large that `COUNTS.least` of them would take gigabytes. */
const MIN_COUNT = 8;
const MAX_VALUES = 2 ** 28;
/** A batch holds so many values at most, 64 inputs at most and 8 at least. */
const BATCH_VALUES = 2 ** 21;
const BATCH_SIZES = { least: 8, most: 64 };
const STEPS = { least: 1, most: 60 };

/** What an engine does, in units of a multiplication of the forward pass; a rough figure is enough. */
interface Pace {
  /** In some two minutes on two cores, while inputs are moved. */
  readonly work: number;
  /** What a step of a recurrent layer takes beside its multiplications, for a whole batch. */
  readonly perRecurrentStep: number;
}

/** A count and no time, so that the same seed gives the same inputs on every machine; docs/decisions/0003. */
const PACES: Readonly<Record<Engine['name'], Pace>> = {
  native: { work: 1.2e12, perRecurrentStep: 3e6 },
  embedded: { work: 2.4e10, perRecurrentStep: 6e5 },
};
/** Inputs to measure on are worth so much of that. */
const MEASUREMENT_SHARE = 0.1;

type Amount = Pick<SynthesisOptions, 'batchSize' | 'batches' | 'steps' | 'limit'>;

/**
 * How many inputs are made for a model, and in how many steps: as asked for, or else by the work that it is.
 *
 * @param work  Of one input; null: inputs stay noise, which takes none.
 * @throws QgtError `usage` for more inputs than fit into memory.
 */
export function synthesisAmount(
  inputs: readonly SyntheticInput[],
  work: ForwardWork | null,
  engine: Engine['name'],
  { worth, samples: wanted, steps: wantedSteps, maxMs }: SynthesisWish,
): Amount {
  const sampleSize = inputs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  checkSize(wanted, sampleSize);
  const least = within({ least: MIN_COUNT, most: COUNTS.least }, MAX_VALUES / sampleSize);
  const most = within({ least, most: COUNTS.most }, VALUES / sampleSize);
  const full = within(BATCH_SIZES, BATCH_VALUES / sampleSize);
  const { work: all, perRecurrentStep } = PACES[engine];
  /** Steps of one input, all inputs together. */
  const affordable =
    work === null
      ? Number.POSITIVE_INFINITY
      : (all * (worth === 'measurement' ? MEASUREMENT_SHARE : 1)) /
        Math.max(1, work.multiplications + (work.steps * perRecurrentStep) / full);
  const samples = wanted ?? within({ least, most }, affordable / STEPS.most);
  const batchSize = Math.min(samples, full);
  return {
    batchSize,
    batches: Math.ceil(samples / batchSize),
    steps: worth === 'noise' || work === null ? 0 : (wantedSteps ?? within(STEPS, affordable / samples)),
    limit:
      maxMs === undefined
        ? undefined
        : { maxMs, leastBatches: Math.ceil(Math.min(least, samples) / batchSize) },
  };
}

function checkSize(wanted: number | undefined, sampleSize: number): void {
  const most = Math.floor(MAX_VALUES / sampleSize);
  if (wanted === undefined || wanted <= most) return;
  throw new QgtError('usage', {
    where: '--synthesis-samples',
    what: `too many inputs of ${sampleSize.toLocaleString('en')} values each for the memory`,
    got: wanted,
    expected: `at most ${most}`,
    remedy: 'ask for fewer, or give data with --data',
  });
}

const within = ({ least, most }: { least: number; most: number }, wanted: number): number =>
  Math.min(most, Math.max(least, Math.floor(wanted)));
