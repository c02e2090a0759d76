import { createRandom } from '../../core/index.js';
import { candidateRanges, chooseInputRange, type InputRange, parseInputRange } from '../../data/index.js';
import { labelledScore, measure, scoreName } from '../../metrics/index.js';
import type { LiveModel } from '../live-model.js';
import { iterateBatches, resolvedInputs, type SampleOptions, type Samples } from './samples.js';

const RANGE_SAMPLES = 512;

/** Finds how pixels are scaled for the model: as the user says, or the range with the best score. */
export async function findRange(
  liveModel: LiveModel,
  { training, heads }: Pick<Samples, 'training' | 'heads'>,
  { inputRange, seed, onProgress }: SampleOptions,
): Promise<{ range: InputRange; notes: string[] }> {
  const { dtype, shape } = training.dataset.inputs[0]!;
  const channels = shape.at(-1) ?? 1;
  if (inputRange !== undefined) return { range: parseInputRange(inputRange, channels), notes: [] };
  const candidates = candidateRanges(dtype, channels);
  if (candidates.length === 1) return { range: candidates[0]!, notes: [] };
  const say = (range: InputRange, text: string) => {
    onProgress({ kind: 'note', text });
    return { range, notes: [text] };
  };
  if (training.dataset.labels.kind === 'none') {
    const range = candidates[0]!;
    return say(
      range,
      `input range ${range.name} taken, since there are no labels to choose by; set it with --input-range`,
    );
  }
  let name = '';
  const { predict, masks } = liveModel;
  const { best, scores } = await chooseInputRange(candidates, async (range) => {
    const pass = iterateBatches(training, range, 64, { shuffle: createRandom(seed), limit: RANGE_SAMPLES });
    const inputs = resolvedInputs(liveModel, training);
    const { models } = await measure({ models: [predict], inputs, heads, masks }, pass);
    name = scoreName(models[0]!);
    return labelledScore(models[0]!) ?? Number.NEGATIVE_INFINITY;
  });
  const figures = scores.map(({ range, score }) => `${range.name} ${score.toFixed(3)}`).join(', ');
  const count = Math.min(RANGE_SAMPLES, training.order.length);
  return say(
    best,
    `input range ${best.name}: best ${name} of the float model on ${count} samples (${figures})`,
  );
}
