import { type Checkpoints, type OnProgress, type Random, shuffledIndices } from '../../core/index.js';
import {
  type Batch,
  type BatchOptions,
  batches,
  type DataSource,
  type Dataset,
  type InputRange,
  type RangeRules,
  type Synthesis,
} from '../../data/index.js';
import type { LossName, OutputHead } from '../../metrics/index.js';
import type { LiveModel } from '../live-model.js';
import type { Session } from '../session.js';
import type { MetricRules } from './chosen-metrics.js';
import type { Learning } from './learning.js';

/** Some samples of a dataset. */
export interface SampleSet {
  readonly dataset: Dataset;
  readonly order: readonly number[];
}

/** The samples a command works with. */
export interface Samples {
  /** The path, or `synthesised`. */
  readonly source: string;
  /** How inputs were synthesised; absent where they are data. */
  readonly synthesis?: Pick<Synthesis, 'made' | 'samples' | 'steps' | 'shortened' | 'distance'>;
  readonly training: SampleSet;
  readonly learning: Learning;
  /** Held out of the training data: for choices during training, of widths for example. */
  readonly validation: SampleSet;
  /** The part of `validation` that chooses the epoch; null: they are too few, and the last epoch is kept. */
  readonly epochChoice: SampleSet | null;
  /** Samples of `validation` that don't choose the epoch: trained and rounded weights are compared on them. */
  readonly comparison: SampleSet;
  /** Samples for the reported figures: a second set where there is one, else `comparison`. */
  readonly evaluation: SampleSet;
  /** Description of `evaluation`. */
  readonly evaluatedOn: string;
  /** One per input of the model, in its order. */
  readonly ranges: readonly InputRange[];
  /** The same as the model has to be given real data; null where inputs are synthesised and nobody said any. */
  readonly knownRanges: readonly InputRange[] | null;
  /** How each of the model's outputs is read. */
  readonly heads: readonly OutputHead[];
  readonly classes: readonly string[] | null;
  readonly skippedFiles: number;
  /** Why the labels seem not to be the model's, which `notes` tell too; null: they seem right, or there are none. */
  readonly labelWarning: string | null;
  readonly notes: readonly string[];
  close(): Promise<void>;
}

/** How much work goes into synthesising inputs. */
export interface SynthesisWish {
  /** Purpose, which sets the work: more for a training than for a measurement; none for `noise`. */
  readonly worth: 'training' | 'measurement' | 'noise';
  /** Number of inputs; left out: as many as that work allows. */
  readonly samples?: number | undefined;
  readonly steps?: number | undefined;
  /** Milliseconds; left out: no limit. */
  readonly maxMs?: number | undefined;
  /** Milliseconds left for the whole run; left out: no limit. */
  readonly runMs?: number | undefined;
}

/** The model that the samples are for, and its engine. */
export type SampleSource = Pick<Session, 'liveModel' | 'engine'>;

/** Which samples a command asks for. */
export interface SampleOptions {
  readonly data?: DataSource | undefined;
  readonly eval?: DataSource | undefined;
  /** `train`: a part is held out, a small one where `eval` names a second set; `measure`: all of it is measured on. */
  readonly purpose: 'train' | 'measure';
  /** Whether data without labels is refused, since there is nothing else to measure by; left out: it is not. */
  readonly needsLabels?: boolean | undefined;
  /** Whether a drop on the held-out part decides: a small part would measure it too inaccurately. */
  readonly decidesDrop?: boolean | undefined;
  /** Ranges of input values by the inputs' names. */
  readonly inputRange?: RangeRules | undefined;
  readonly classes?: readonly string[] | undefined;
  /** The label's column in a table. */
  readonly labelColumn?: string | undefined;
  /** Pixels of the largest image that is read; left out: the reader's own limit. */
  readonly maxPixels?: number | undefined;
  /** Left out: chosen by the outputs and the labels. */
  readonly loss?: LossName | undefined;
  /** Metrics by the outputs' names; left out: accuracy or R2. */
  readonly metric?: MetricRules | undefined;
  readonly seed: number;
  /** How inputs are made where there is no data. */
  readonly synthesis: SynthesisWish;
  readonly onProgress: OnProgress;
  readonly signal?: AbortSignal | undefined;
  /** Where the state of a synthesis is kept; left out: it is not. */
  readonly checkpoints?: Checkpoints | undefined;
}

/** Settings of one pass over samples. */
interface PassOptions extends Omit<BatchOptions, 'batchSize' | 'ranges'> {
  /** Left out: the samples come in their own order. */
  readonly shuffle?: Random | undefined;
  readonly limit?: number | undefined;
}

/** One pass over samples, in their own order or shuffled. */
export function iterateBatches(
  { dataset, order }: SampleSet,
  ranges: readonly InputRange[],
  batchSize: number,
  how: PassOptions = {},
): AsyncIterable<Batch> {
  const { shuffle, limit = order.length, ...options } = how;
  const mixed =
    shuffle === undefined ? order : shuffledIndices(order.length, shuffle).map((at) => order[at]!);
  return batches(dataset, mixed.slice(0, limit), { ...options, batchSize, ranges });
}

/** The model's inputs as they come from these samples: every size known. */
export function resolvedInputs(
  liveModel: LiveModel,
  { dataset }: SampleSet,
): { shape: readonly number[]; dtype: 'float32' | 'int32' }[] {
  return liveModel.inputs.map(({ dtype }, index) => ({ shape: dataset.inputs[index]!.shape, dtype }));
}
