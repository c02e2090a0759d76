import { createRandom, shuffledIndices, sizeOf } from '../../core/index.js';
import type { InputRange } from '../../data/index.js';
import { tf } from '../../engine/index.js';
import {
  decidedClasses,
  inputTensors,
  type ModelMeasurement,
  measure,
  probabilitiesOf,
  takeOutputs,
} from '../../metrics/index.js';
import type { LiveModel } from '../live-model.js';
import type { ClassFit } from './class-fit.js';
import { measuredAtOnce } from './in-memory.js';
import {
  iterateBatches,
  resolvedInputs,
  type SampleOptions,
  type SampleSet,
  type Samples,
} from './samples.js';

/** Samples that tell how a model's answers go with the labels, at most. */
const FIT_SAMPLES = 512;
const BATCH = 64;

/** How a model's answers go with the labels of some samples: class by class, or in figures. */
export type LabelFit = ClassFit | FigureFit;

/** Fit of a model to labels that are no single class. */
export interface FigureFit extends ModelMeasurement {
  readonly kind: 'figures';
  readonly samples: number;
}

/** The samples that are looked at, and how the outputs are read. */
type Looked = Pick<Samples, 'heads'> & { readonly set: SampleSet };

/**
 * Runs a model on some of the samples, seeded, and holds its answers beside their labels.
 *
 * @returns null without labels, and for labels outside 0..1 beside a single sigmoid, which can't be its own.
 */
export async function labelFit(
  liveModel: LiveModel,
  { training: { dataset, order }, heads }: Pick<Samples, 'training' | 'heads'>,
  ranges: readonly InputRange[],
  { seed, signal }: Pick<SampleOptions, 'seed' | 'signal'>,
): Promise<LabelFit | null> {
  if (dataset.labels.kind === 'none') return null;
  const mixed = shuffledIndices(order.length, createRandom(seed)).slice(0, FIT_SAMPLES);
  const looked = { set: { dataset, order: mixed.map((at) => order[at]!) }, heads };
  const labels = await singleLabels(looked.set);
  const isSigmoid = liveModel.sources.length === 1 && liveModel.sources[0]!.activation === 'sigmoid';
  if (isSigmoid && labels?.some((label) => label < 0 || label > 1)) return null;
  if (labels !== null && areClasses(labels, looked)) {
    return { kind: 'classes', labels, ...(await answersOf(liveModel, looked, ranges, signal)) };
  }
  const pass = iterateBatches(looked.set, ranges, measuredAtOnce(liveModel, looked.set, BATCH), { signal });
  const inputs = resolvedInputs(liveModel, looked.set);
  const { predict, masks } = liveModel;
  const { models, samples } = await measure({ models: [predict], inputs, heads, masks }, pass);
  return { kind: 'figures', ...models[0]!, samples };
}

/** The labels where each is one number; null where they are more. */
async function singleLabels({ dataset: { labels }, order }: SampleSet): Promise<number[] | null> {
  if (labels.kind === 'classes') return [...(await labels.rows.read(order))];
  if (labels.kind === 'none' || labels.rows.length !== 1) return null;
  const [rows] = labels.rows;
  return sizeOf(rows!.shape) === 1 ? [...(await rows!.read(order))] : null;
}

/** Whether the model's only output decides for one of the classes that the labels name. */
function areClasses(labels: readonly number[], { set, heads }: Looked): boolean {
  if (heads.length !== 1 || heads[0]!.decision === null) return false;
  return set.dataset.labels.kind === 'classes' || labels.every((label) => label === 0 || label === 1);
}

/** The class that the model's only output decides for, sample by sample. */
async function answersOf(
  liveModel: LiveModel,
  { set, heads }: Looked,
  ranges: readonly InputRange[],
  signal: AbortSignal | undefined,
): Promise<Pick<ClassFit, 'answers' | 'classes' | 'width'>> {
  const head = heads[0]!;
  const inputs = resolvedInputs(liveModel, set);
  const answers: number[] = [];
  let width = 1;
  for await (const batch of iterateBatches(set, ranges, measuredAtOnce(liveModel, set, BATCH), { signal })) {
    const tensors = inputTensors(batch, { inputs });
    const [output] = await takeOutputs(await liveModel.predict(tensors));
    tf.dispose(tensors);
    width = output!.width;
    answers.push(...decidedClasses(head.decision!, probabilitiesOf(head, output!.values, width), width));
  }
  return { answers, classes: Math.max(2, width), width };
}
