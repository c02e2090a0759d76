import { z } from 'zod';
import { createRandom } from '../../core/index.js';
import { compiledStateSchema } from '../../engine/index.js';
import {
  chosenDrop,
  type ModelMeasurement,
  measure,
  metricValue,
  type OutputHead,
} from '../../metrics/index.js';
import {
  computeOutputs,
  type ForwardPass,
  forwardOf,
  iterateBatches,
  type LiveModel,
  nameOf,
  prepareForward,
  type Samples,
} from '../../session/index.js';
import { predictOnGrid, type Trainee, type TrainingData, variablesOf } from '../../train/index.js';
import type { CompressionJob } from './job.js';
import type { TuningOptions } from './tuning-options.js';
import { headsInside } from './watched.js';

/** Samples that are scored after each epoch. */
const EPOCH_SAMPLES = 1000;

/** States of the forward passes of a score, from which those of another one go on. */
export const scoreStateSchema = z.object({ float: compiledStateSchema, onGrid: compiledStateSchema });

export type ScoreState = z.output<typeof scoreStateSchema>;

/** How many samples are scored after each epoch. */
export function scoredSamples({ epochChoice, comparison }: Samples): number {
  return Math.min(EPOCH_SAMPLES, (epochChoice ?? comparison).order.length);
}

/** Scores a student after each epoch; dispose of it after training. */
export interface EpochScore {
  readonly evaluate: NonNullable<TrainingData['evaluate']>;
  state(): ScoreState;
  restore(state: ScoreState): void;
  dispose(): void;
}

/**
 * Prepares to score the student on its grid, beside the float model, on the samples that choose the epoch.
 *
 * Where they are too few to choose, every epoch gets the same score, and the figures of those that give the comparison.
 */
export function prepareEpochScore(
  { session: { engine }, samples, options, controls }: CompressionJob,
  liveModel: LiveModel,
  trainee: Trainee,
): EpochScore {
  const { batchSize, seed } = options;
  const { epochChoice, comparison } = samples;
  const scoredOn = epochChoice ?? comparison;
  const passes = options.epochs * Math.ceil(scoredSamples(samples) / batchSize);
  const scoring = scoringOf(liveModel, samples);
  const float = prepareForward(engine, scoring.float, passes);
  const onGrid = prepareForward(
    engine,
    forwardOf((inputs) => predictOnGrid(trainee, inputs), trainee.student.batch),
    passes,
    variablesOf(trainee),
  );
  return {
    evaluate: async () => {
      const shuffle = createRandom(seed);
      const pass = iterateBatches(scoredOn, samples.ranges, batchSize, {
        shuffle,
        limit: EPOCH_SAMPLES,
        signal: controls.signal,
      });
      const measured = {
        models: [float.predict, onGrid.predict],
        inputs: trainee.inputs,
        heads: scoring.heads,
        masks: liveModel.masks,
      };
      const { models } = await measure(measured, pass);
      const [teacher, student] = [models[0]!, models[1]!];
      const shown = student.outputs.find(({ scale }) => scale !== null) ?? student.outputs[0]!;
      const scored = epochChoice === null ? { score: 0 } : scoreOf(teacher, student, options);
      return { name: nameOf(shown), value: metricValue(shown), ...scored };
    },
    state: () => ({ float: float.state(), onGrid: onGrid.state() }),
    restore: (state) => {
      float.restore(state.float);
      onGrid.restore(state.onGrid);
    },
    dispose: () => {
      float.dispose();
      onGrid.dispose();
    },
  };
}

/** The float model's side of a score: its outputs, or where these have to be awaited the last nodes that are watched. */
function scoringOf(
  liveModel: LiveModel,
  { heads }: Samples,
): { readonly float: ForwardPass; readonly heads: readonly OutputHead[] } {
  if (liveModel.kind === 'layers' || liveModel.step !== null) return { float: liveModel, heads };
  const { model, batch, watched } = liveModel;
  return {
    float: forwardOf((inputs) => computeOutputs(model, inputs, [...watched.last]), batch),
    heads: headsInside(watched.last),
  };
}

/** Figure by which epochs are compared; more is better. */
type EpochFigure = Pick<Awaited<ReturnType<EpochScore['evaluate']>>, 'score' | 'scoredBy'>;

/** Share of the loss from which on the float model teaches more than the labels do. */
const TEACHES_MOST = 0.5;

/**
 * More is better: the metric that was chosen; else the signal to noise of the outputs, where the float model teaches for the
 * most part or there are no labels; else the loss.
 *
 * Of a few hundred samples that noise says more than the loss (docs/decisions/0009). Outputs without noise are the best there
 * can be; where they don't vary, every epoch is as good as the last.
 */
export function scoreOf(
  teacher: Pick<ModelMeasurement, 'outputs'>,
  { outputs, loss, sqnrDb }: Pick<ModelMeasurement, 'outputs' | 'loss' | 'sqnrDb'>,
  { distill }: Pick<TuningOptions, 'distill'>,
): EpochFigure {
  const drop = chosenDrop(
    outputs.map((output, index) => ({
      scale: output.scale,
      before: metricValue(teacher.outputs[index]!),
      after: metricValue(output),
    })),
  );
  if (drop !== null) return { score: -drop };
  return loss === null || distill >= TEACHES_MOST
    ? { score: sqnrDb ?? Number.POSITIVE_INFINITY, scoredBy: 'the noise of the outputs' }
    : { score: -loss, scoredBy: 'the loss' };
}
