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
  const newMeters = () => outputs.map(({ kind }) => (kind === 'linear' ? r2Meter() : decisionMeter(kind)));
  const tallies = models.map(() => ({ right: newMeters(), agreeing: newMeters(), noise: noiseMeter() }));
  let samples = 0;
  let labelled = false;
  for await (const batch of batches) {
    throwIfAborted(signal);
    const answers: Float32Array[][] = [];
    for (const predict of models) answers.push(await predictBatch(predict, batch, inputs));
    const targets = batch.labels === undefined ? undefined : targetArrays(batch.labels, outputs);
    labelled ||= targets !== undefined;
    for (const [index, { right, agreeing, noise }] of tallies.entries()) {
      for (const [output, values] of answers[index]!.entries()) {
        const width = Math.max(1, outputs[output]!.shape.at(-1) ?? 1);
        const target = targets?.[output];
        if (target !== undefined) right[output]!.add(values, target, width);
        agreeing[output]!.add(values, answers[0]![output]!, width);
        noise.add(answers[0]![output]!, values);
      }
    }
    samples += batch.size;
  }
  const mean = (meters: readonly Meter[]) =>
    meters.reduce((sum, meter) => sum + meter.value(), 0) / meters.length;
  return {
    name: metricName(outputs),
    samples,
    models: tallies.map(({ right, agreeing, noise }) => ({
      value: labelled ? mean(right) : null,
      agreement: mean(agreeing),
      sqnrDb: noise.value(),
    })),
  };
}

async function predictBatch(
  predict: Predict,
  batch: Batch,
  inputs: SampleShapes['inputs'],
): Promise<Float32Array[]> {
  const tensors = inputTensors(batch, { inputs });
  const outputs = tf.tidy(() => predict(tensors).map((output) => tf.keep(tf.cast(output, 'float32'))));
  const values = await Promise.all(outputs.map(async (output) => (await output.data()) as Float32Array));
  tf.dispose([...tensors, ...outputs]);
  return values;
}
