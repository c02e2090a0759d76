import { throwIfAborted } from '../core/index.js';
import * as tf from '../engine/tf.js';
import { decisionMeter, type Meter, noiseMeter, type OutputReading, r2Meter, targetArrays } from './meter.js';
import { type Batch, inputTensors, type SampleShapes } from './targets.js';

/** A model as far as measuring goes: batch in, one tensor per output. */
export type Predict = (inputs: tf.Tensor[]) => tf.Tensor[];

/** What one model reached. */
export interface ModelMeasurement {
  /** Accuracy or R2 against the labels; null without labels. */
  readonly value: number | null;
  /** The same with the first model's answers for labels. */
  readonly agreement: number;
  /** Outputs against the first model's, in dB; null where they are equal. */
  readonly sqnrDb: number | null;
}

/** What several models reached on the same batches. */
export interface Measurement {
  readonly name: 'accuracy' | 'r2';
  readonly samples: number;
  readonly models: readonly ModelMeasurement[];
}

/** Accuracy where outputs are probabilities, R2 where they are values. */
export function metricName(outputs: readonly OutputReading[]): 'accuracy' | 'r2' {
  return outputs[0]?.kind === 'linear' ? 'r2' : 'accuracy';
}

/**
 * Runs models side by side over batches and scores them against the labels and against the first one.
 *
 * @param outputs  One per model output; several outputs count alike.
 */
export async function measure(
  models: readonly Predict[],
  batches: AsyncIterable<Batch>,
  inputs: SampleShapes['inputs'],
  outputs: readonly OutputReading[],
  signal?: AbortSignal,
): Promise<Measurement> {
  let readings = outputs;
  let tallies: Tally[] = [];
  let samples = 0;
  let labelled = false;
  for await (const batch of batches) {
    throwIfAborted(signal);
    const answers: Answer[][] = [];
    for (const predict of models) answers.push(await predictBatch(predict, batch, inputs));
    if (tallies.length === 0) {
      readings = readingsFor(outputs, batch);
      tallies = models.map(() => createTally(readings));
    }
    const targets = batch.labels === undefined ? undefined : targetArrays(batch.labels, readings);
    labelled ||= targets !== undefined;
    for (const [index, { right, agreeing, noise }] of tallies.entries()) {
      for (const [output, { values, width }] of answers[index]!.entries()) {
        const target = targets?.[output];
        const reference = answers[0]![output]!.values;
        if (target !== undefined) right[output]!.add(values, target, width);
        agreeing[output]!.add(values, reference, width);
        noise.add(reference, values);
      }
    }
    samples += batch.size;
  }
  const mean = (meters: readonly Meter[]) =>
    meters.reduce((sum, meter) => sum + meter.value(), 0) / meters.length;
  return {
    name: metricName(readings),
    samples,
    models: tallies.map(({ right, agreeing, noise }) => ({
      value: labelled ? mean(right) : null,
      agreement: mean(agreeing),
      sqnrDb: noise.value(),
    })),
  };
}

/** What is summed up about one model. */
interface Tally {
  readonly right: readonly Meter[];
  readonly agreeing: readonly Meter[];
  readonly noise: ReturnType<typeof noiseMeter>;
}

function createTally(readings: readonly OutputReading[]): Tally {
  const meters = () => readings.map(({ kind }) => (kind === 'linear' ? r2Meter() : decisionMeter(kind)));
  return { right: meters(), agreeing: meters(), noise: noiseMeter() };
}

/** Plain values beside class labels are logits: the largest decides. */
function readingsFor(outputs: readonly OutputReading[], { labels }: Batch): readonly OutputReading[] {
  if (!(labels instanceof Int32Array)) return outputs;
  return outputs.map((output) =>
    output.kind === 'linear' && (output.shape.at(-1) ?? 1) > 1 ? { ...output, kind: 'softmax' } : output,
  );
}

/** One output of a batch, row-major, and its last dimension. */
interface Answer {
  readonly values: Float32Array;
  readonly width: number;
}

async function predictBatch(
  predict: Predict,
  batch: Batch,
  inputs: SampleShapes['inputs'],
): Promise<Answer[]> {
  const tensors = inputTensors(batch, { inputs });
  const outputs = tf.tidy(() => predict(tensors).map((output) => tf.cast(output, 'float32')));
  const answers = await Promise.all(
    outputs.map(async (output) => ({
      values: (await output.data()) as Float32Array,
      width: output.shape.length > 1 ? output.shape.at(-1)! : 1,
    })),
  );
  tf.dispose([...tensors, ...outputs]);
  return answers;
}
