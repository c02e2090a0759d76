import { classCount } from '../../data/index.js';
import { isLarge, tf } from '../../engine/index.js';
import {
  type Answer,
  answerOf,
  inputTensors,
  isSaturated,
  type OutputHead,
  probabilitiesOf,
  takeOutputs,
} from '../../metrics/index.js';
import { countOf, prepareForward } from './forward.js';
import { measuredAtOnce } from './in-memory.js';
import {
  iterateBatches,
  resolvedInputs,
  type SampleSet,
  type SampleSource,
  type Samples,
} from './samples.js';

const BATCH = 64;
/** The same of large models. */
const LARGE_BATCH = 16;

/**
 * Chooses samples so that a model's answers to them cover its classes: of each as many as of the others, as far as there
 * are any, and of each first those that it is not certain of.
 *
 * @param set    The samples to choose from; where the model decides for no class, the first ones are taken.
 * @param count  Number of samples to choose.
 */
export async function coverClasses(
  source: SampleSource,
  { heads, ranges }: Pick<Samples, 'heads' | 'ranges'>,
  set: SampleSet,
  { count, signal }: { readonly count: number; readonly signal?: AbortSignal | undefined },
): Promise<SampleSet> {
  const deciding = heads.findIndex((head) => classCount(head) !== null);
  if (deciding < 0 || count >= set.order.length) return { ...set, order: set.order.slice(0, count) };
  const answers: Answer[] = [];
  const inputs = resolvedInputs(source.liveModel, set);
  const most = isLarge(countOf(source.liveModel.weights)) ? LARGE_BATCH : BATCH;
  const batchSize = measuredAtOnce(source.liveModel, set, most);
  const batches = Math.ceil(set.order.length / batchSize);
  const forward = prepareForward(source.engine, source.liveModel, batches);
  try {
    for await (const batch of iterateBatches(set, ranges, batchSize, { signal })) {
      const tensors = inputTensors(batch, { inputs });
      const outputs = await takeOutputs(await forward.predict(tensors));
      tf.dispose(tensors);
      answers.push(...answersOf(heads[deciding]!, outputs[deciding]!));
    }
  } finally {
    forward.dispose();
  }
  return { ...set, order: evenly(answers, count).map((place) => set.order[place]!) };
}

function answersOf(head: OutputHead, { values, width }: { values: Float32Array; width: number }): Answer[] {
  const shares = probabilitiesOf(head, values, width);
  return Array.from({ length: shares.length / width }, (_, row) =>
    answerOf(shares.subarray(row * width, (row + 1) * width)),
  );
}

/** Places of answers, one of each class in turn until they are enough. */
function evenly(answers: readonly Answer[], count: number): number[] {
  const places = new Map<number, { clear: number[]; saturated: number[] }>();
  for (const [place, answer] of answers.entries()) {
    const own = places.get(answer.answer) ?? { clear: [], saturated: [] };
    places.set(answer.answer, own);
    (isSaturated(answer) ? own.saturated : own.clear).push(place);
  }
  const queues = [...places.values()].map(({ clear, saturated }) => [...clear, ...saturated]);
  const longest = Math.max(...queues.map(({ length }) => length));
  const inTurn = Array.from({ length: longest }, (_, turn) => queues.flatMap((queue) => queue[turn] ?? []));
  return inTurn.flat().slice(0, count);
}
