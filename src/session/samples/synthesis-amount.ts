import { QgtError, sizeOf } from '../../core/index.js';
import type { SynthesisOptions, SyntheticInput } from '../../data/index.js';
import { type Engine, isLarge } from '../../engine/index.js';
import type { ForwardWork } from '../../model/index.js';
import { valuesInMemory } from './in-memory.js';
import type { SynthesisWish } from './samples.js';

/** Values in all inputs together, from which their number follows within limits. */
const VALUES = 2 ** 24;
/** The same for a graph's kernels, whose inputs are drawn in no time: twice as many teach more (docs/decisions/0015). */
const DRAWN_VALUES = 2 ** 25;
const COUNTS = { least: 80, most: 1280 };
/** Least number of inputs where `COUNTS.least` of them would take gigabytes, or too long to train on. */
const MIN_COUNT = 8;
/** Inputs that a graph's biases are trained on: there are few biases. */
const GRAPH_COUNT = 192;
const MAX_VALUES = 2 ** 28;
/** Most values in a batch, which has 8 to 64 inputs. */
const BATCH_VALUES = 2 ** 21;
const BATCH_SIZES = { least: 8, most: 64 };
/** The same for large models that are only measured: the values between their layers add to their own. */
const LARGE_BATCH_SIZES = { least: 8, most: 16 };
const STEPS = { least: 1, most: 60 };

/** Rough speed of an engine, in multiplications of the forward pass. */
interface Pace {
  /** Multiplications in about two minutes of input optimisation on two cores. */
  readonly work: number;
  /** Overhead of a recurrent layer's step for a whole batch, beside its multiplications. */
  readonly perRecurrentStep: number;
}

/** Fixed work instead of measured time, so that a seed gives the same inputs on every machine; docs/decisions/0003. */
const PACES: Readonly<Record<Engine['name'], Pace>> = {
  native: { work: 1.2e12, perRecurrentStep: 3e6 },
  embedded: { work: 2.4e10, perRecurrentStep: 6e5 },
};
/** Inputs that aren't moved are as many as can be trained on so often, the usual number of epochs, in twice that work. */
const TRAINED = { passes: 40, share: 2 };
/** Share of that work for inputs that are only measured on. */
const MEASUREMENT_SHARE = 0.1;
/** The same for models of `LARGE` weights and more, so that it doesn't take longer than to round these. */
const LARGE_MEASUREMENT_SHARE = 0.01;
const LARGE = 2 ** 20;

/** Inputs that are made to measure on; more are composed of them. */
const MEASURED_BASE = 64;
/** Share of the work for them, and of the steps that they are moved: they come nearly as near. */
const MEASURED_SHARE = 0.25;
/** Number of inputs to measure on: fewer than 256 tell agreement only roughly. */
export const MEASURED = { least: 32, most: 256 };
/** Values in all of them together, at most. */
const MEASURED_VALUES = 2 ** 26;
/** Passes, as `PACES` counts them, that measuring takes for each of them. */
const MEASURED_PASSES = 3;

/** Work of one input of layers, and whether there is anything to move it toward. */
interface LayersWork extends ForwardWork {
  readonly of: 'layers';
  readonly canMove: boolean;
}

/** Work of one input, and what of the model is trained on it; those of a graph are not moved. */
export type SynthesisWork =
  | LayersWork
  | { readonly of: "a graph's kernels"; readonly multiplications: number }
  | { readonly of: "a graph's biases" };

/** How many inputs are made, and how many of those composed are measured on. */
export interface SynthesisAmount
  extends Pick<SynthesisOptions, 'batchSize' | 'batches' | 'steps' | 'limit' | 'measured'> {
  readonly measuredInputs: number;
  /** Why inputs that could be moved are not; null: they are, or there is nothing to move them toward. */
  readonly note: string | null;
}

/** How many inputs are made besides those to measure on. */
export const countOf = ({ batches, batchSize }: SynthesisAmount): number => batches * batchSize;

/**
 * Decides how many inputs are made for a model, and in how many steps: as asked for, else by the work it takes.
 *
 * @throws QgtError `usage` for more inputs than fit into memory.
 */
export function synthesisAmount(
  inputs: readonly SyntheticInput[],
  work: SynthesisWork,
  engine: Engine['name'],
  { worth, samples: wanted, steps: wantedSteps, maxMs, runMs }: SynthesisWish,
): SynthesisAmount {
  const sampleSize = inputs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  checkSize(wanted, sampleSize);
  const layers = work.of === 'layers' ? work : null;
  const isMoved = worth !== 'noise' && layers?.canMove === true;
  const fewest = within({ least: MIN_COUNT, most: COUNTS.least }, MAX_VALUES / sampleSize);
  const usualMost = work.of === "a graph's biases" && worth === 'training' ? GRAPH_COUNT : COUNTS.most;
  const values = work.of === "a graph's kernels" ? DRAWN_VALUES : VALUES;
  const most = within({ least: fewest, most: usualMost }, values / sampleSize);
  const full = batchOf(sampleSize, worth, layers, engine);
  const passes = passesWithin(engine, layers, full);
  /** Steps of one input, all inputs together. */
  const affordable = passes * (worth === 'measurement' ? measurementShare(layers) : 1);
  const least = within({ least: MIN_COUNT, most: fewest }, isMoved ? passes : MIN_COUNT);
  const wished = isMoved ? affordable / STEPS.most : trainable(passesToTrain(work, engine, passes), worth);
  const samples = wanted ?? within({ least, most }, wished);
  const batchSize = Math.min(samples, full);
  const usual = passes < MIN_COUNT ? 0 : within(STEPS, affordable / samples);
  const steps = isMoved ? (wantedSteps ?? usual) : 0;
  const measuredBase =
    steps === 0
      ? Math.min(MEASURED_BASE, MEASURED_VALUES / sampleSize)
      : (MEASURED_SHARE * samples * steps) / Math.ceil(MEASURED_SHARE * steps);
  return {
    batchSize,
    batches: Math.ceil(samples / batchSize),
    steps,
    measured: {
      batches: Math.ceil(within({ least: batchSize, most: MEASURED_BASE }, measuredBase) / batchSize),
      stepsShare: MEASURED_SHARE,
    },
    measuredInputs: Math.min(
      within(MEASURED, passes / MEASURED_PASSES),
      within({ least: batchSize, most: MEASURED.most }, MEASURED_VALUES / sampleSize),
    ),
    note: isMoved && wantedSteps === undefined && steps === 0 ? noteOnWork(layers) : null,
    limit:
      maxMs === undefined
        ? undefined
        : {
            maxMs,
            runMs,
            leastBatches: worth === 'measurement' ? 1 : Math.ceil(Math.min(least, samples) / batchSize),
          },
  };
}

/** Number of inputs in a batch: 8 or more, or fewer where so many, or what the layers make of them, would take gigabytes. */
function batchOf(
  sampleSize: number,
  worth: SynthesisWish['worth'],
  work: ForwardWork | null,
  engine: Engine['name'],
): number {
  const sizes = worth === 'measurement' && isLarge(work?.weights ?? 0) ? LARGE_BATCH_SIZES : BATCH_SIZES;
  const inMemory = work === null ? sizes.most : valuesInMemory(work.values, engine);
  const most = within({ least: 1, most: sizes.most }, inMemory);
  const least = within({ least: 1, most: Math.min(most, sizes.least) }, VALUES / sampleSize);
  return within({ least, most }, BATCH_VALUES / sampleSize);
}

/** The same to train on: those of a graph's kernels are many, and the work of a graph is known by its multiplications. */
const passesToTrain = (work: SynthesisWork, engine: Engine['name'], passes: number): number =>
  work.of === "a graph's kernels" ? PACES[engine].work / Math.max(1, work.multiplications) : passes;

/** How many inputs that aren't moved there is time to train on. */
const trainable = (passes: number, worth: SynthesisWish['worth']): number =>
  worth === 'training' ? (TRAINED.share * passes) / TRAINED.passes : Number.POSITIVE_INFINITY;

const noteOnWork = ({ multiplications }: ForwardWork): string =>
  `inputs stay as they were drawn: to move one of them a single step takes ${multiplications.toPrecision(2)} ` +
  'multiplications and as many again on the way back, too many; --synthesis-steps 1 does it all the same';

/** Forward passes of one input, each with the way back, for which there is time. */
function passesWithin(engine: Engine['name'], work: ForwardWork | null, batchSize: number): number {
  if (work === null) return Number.POSITIVE_INFINITY;
  const { work: all, perRecurrentStep } = PACES[engine];
  return all / Math.max(1, work.multiplications + (work.steps * perRecurrentStep) / batchSize);
}

const measurementShare = (work: ForwardWork | null): number =>
  work !== null && work.weights >= LARGE ? LARGE_MEASUREMENT_SHARE : MEASUREMENT_SHARE;

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
