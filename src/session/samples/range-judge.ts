import { createRandom } from '../../core/index.js';
import { type Batch, batchNormLoss, type InputRange, type SynthesisLoss } from '../../data/index.js';
import { tf } from '../../engine/index.js';
import { inputTensors, labelledScore, measure, scoreName, takeOutputs } from '../../metrics/index.js';
import type { LiveModel } from '../live-model.js';
import { answerClarity } from './answer-clarity.js';
import { measuredAtOnce } from './in-memory.js';
import { valuesInSample } from './input-tensors.js';
import { iterateBatches, resolvedInputs, type SampleOptions, type Samples } from './samples.js';
import { sourceModel } from './source-model.js';

const LABELLED_SAMPLES = 512;
const BATCH = 64;
/** Samples without labels that are looked at: fewer of large inputs, of which a few say as much. */
const FOR_STATISTICS = { least: 16, most: 64, values: 4e6 };
const FOR_CLARITY = { least: 64, most: 256, values: 8e6 };
/** Share by which answers have to be clearer to count as that, since they are a matter of luck too. */
const CLARITY_MARGIN = 0.1;

/** Tells how well samples in a range suit the float model. */
export interface RangeJudge {
  /** Share by which a range has to be better than one before it. */
  readonly margin: number;
  /** More is better. */
  score(ranges: readonly InputRange[]): Promise<number>;
  /** A score as a note shows it. */
  figure(score: number): string;
  /** The criterion in words, once there are scores. */
  describe(): string;
}

/** A model and samples that are to be brought to a range. */
export interface RangeSearch extends Pick<Samples, 'training' | 'heads'> {
  readonly liveModel: LiveModel;
  readonly options: Pick<SampleOptions, 'seed' | 'signal'>;
}

/**
 * Chooses what tells ranges apart: the labels; without them what the BatchNorm layers remember, or else how clearly the
 * model tells samples apart.
 *
 * @returns null where nothing does.
 */
export function rangeJudge(search: RangeSearch): RangeJudge | null {
  const { liveModel, training, heads } = search;
  if (training.dataset.labels.kind !== 'none') return labelJudge(search);
  const statistics = liveModel.kind === 'layers' ? batchNormLoss(sourceModel(liveModel, heads)) : null;
  return statistics === null ? clarityJudge(search) : statisticsJudge(search, statistics);
}

function labelJudge(search: RangeSearch): RangeJudge {
  const { liveModel, training, heads } = search;
  const { predict, masks } = liveModel;
  const inputs = resolvedInputs(liveModel, training);
  const samples = Math.min(LABELLED_SAMPLES, training.order.length);
  let name = '';
  return {
    margin: 0,
    figure: (score) => score.toFixed(3),
    describe: () => `best ${name} of the model on ${samples} samples`,
    score: async (ranges) => {
      const pass = someSamples(search, ranges, LABELLED_SAMPLES);
      const { models } = await measure({ models: [predict], inputs, heads, masks }, pass);
      name = scoreName(models[0]!);
      const score = labelledScore(models[0]!) ?? Number.NEGATIVE_INFINITY;
      return Number.isNaN(score) ? Number.NEGATIVE_INFINITY : score;
    },
  };
}

function statisticsJudge(search: RangeSearch, statistics: SynthesisLoss): RangeJudge {
  const limit = sampleCount(search, FOR_STATISTICS);
  return {
    margin: 0,
    figure: (score) => `distance ${Number((-score).toPrecision(3))}`,
    describe: () => `nearest to what BatchNorm remembers, on ${limit} samples without labels`,
    score: async (ranges) => {
      let sum = 0;
      let samples = 0;
      await forEachBatch(someSamples(search, ranges, limit), search, async (tensors, size) => {
        const distance = tf.tidy(() => statistics.distance(tensors, []));
        sum += (await distance.data())[0]! * size;
        samples += size;
        distance.dispose();
      });
      return -sum / samples;
    },
  };
}

function clarityJudge(search: RangeSearch): RangeJudge | null {
  const { liveModel, heads } = search;
  if (answerClarity(heads) === null) return null;
  const limit = sampleCount(search, FOR_CLARITY);
  return {
    margin: CLARITY_MARGIN,
    figure: (score) => score.toFixed(3),
    describe: () =>
      `surest and most varied answers of the float model, on ${limit} samples without labels; set it with --input-range if it is wrong`,
    score: async (ranges) => {
      const clarity = answerClarity(heads)!;
      await forEachBatch(someSamples(search, ranges, limit), search, async (tensors) =>
        clarity.add(await takeOutputs(await liveModel.predict(tensors))),
      );
      return clarity.value();
    },
  };
}

/** Number of samples without labels to look at. */
function sampleCount(
  { liveModel, training }: RangeSearch,
  { least, most, values }: typeof FOR_STATISTICS,
): number {
  const affordable = Math.floor(values / valuesInSample(liveModel, training));
  return Math.min(training.order.length, most, Math.max(least, affordable));
}

/** Hands over each batch as tensors, one for each input of the model. */
async function forEachBatch(
  pass: AsyncIterable<Batch>,
  { liveModel, training }: RangeSearch,
  use: (tensors: tf.Tensor[], size: number) => Promise<void>,
): Promise<void> {
  const inputs = resolvedInputs(liveModel, training);
  for await (const batch of pass) {
    const tensors = inputTensors(batch, { inputs });
    await use(tensors, batch.size).finally(() => tf.dispose(tensors));
  }
}

function someSamples(
  { liveModel, training, options: { seed, signal } }: RangeSearch,
  ranges: readonly InputRange[],
  limit: number,
): AsyncIterable<Batch> {
  const batchSize = measuredAtOnce(liveModel, training, BATCH);
  return iterateBatches(training, ranges, batchSize, { shuffle: createRandom(seed), limit, signal });
}
