import { createRandom } from '../../core/index.js';
import { labelledScore, measure, metricValue } from '../../metrics/index.js';
import { iterateBatches, type LiveLayersModel, nameOf, prepareForward } from '../../session/index.js';
import { predictOnGrid, type Trainee, type TrainingData, variablesOf } from '../../train/index.js';
import type { CompressionJob } from './job.js';

/** Samples of the held-out part that are scored after each epoch. */
const EPOCH_SAMPLES = 1000;

/** Scores a student after each epoch; dispose of it after training. */
export interface EpochScore {
  readonly evaluate: NonNullable<TrainingData['evaluate']>;
  dispose(): void;
}

/** Prepares to score the student on its grid, beside the float model, on samples held out for choices. */
export function prepareEpochScore(
  { session: { engine }, samples, options, controls }: CompressionJob,
  liveModel: LiveLayersModel,
  trainee: Trainee,
): EpochScore {
  const { batchSize, seed } = options;
  const passes =
    options.epochs * Math.ceil(Math.min(EPOCH_SAMPLES, samples.validation.order.length) / batchSize);
  const float = prepareForward(engine, liveModel.predict, passes);
  const onGrid = prepareForward(engine, (xs) => predictOnGrid(trainee, xs), passes, variablesOf(trainee));
  return {
    evaluate: async () => {
      const shuffle = createRandom(seed);
      const pass = iterateBatches(samples.validation, samples.range, batchSize, {
        shuffle,
        limit: EPOCH_SAMPLES,
        signal: controls.signal,
      });
      const measured = {
        models: [float.predict, onGrid.predict],
        inputs: trainee.inputs,
        heads: samples.heads,
        masks: liveModel.masks,
      };
      const { models } = await measure(measured, pass);
      const student = models[1]!;
      const [first] = student.outputs;
      // Without labels, the outputs say more of few samples than the decisions made of them.
      const score = labelledScore(student) ?? student.sqnrDb ?? Number.POSITIVE_INFINITY;
      return { name: nameOf(first!), value: metricValue(first!), score };
    },
    dispose: () => {
      float.dispose();
      onGrid.dispose();
    },
  };
}
