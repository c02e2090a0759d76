import * as tf from '../engine/tf.js';
import { type OutputReading, targetArrays } from './meter.js';
import { MetricAccumulator, type ModelMeasurement, type OutputValues } from './metric-accumulator.js';
import { type Batch, inputTensors, type SampleShapes } from './targets.js';

/** A model as far as measuring goes: batch in, one tensor per output. */
export type Predict = (inputs: tf.Tensor[]) => tf.Tensor[];

/** What several models reached on the same batches. */
export interface Measurement {
  readonly name: 'accuracy' | 'r2';
  readonly samples: number;
  readonly models: readonly ModelMeasurement[];
}

/** Accuracy where outputs are probabilities, R2 where they are values. */
function metricName(outputs: readonly OutputReading[]): 'accuracy' | 'r2' {
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
): Promise<Measurement> {
  let readings = outputs;
  let accumulators: MetricAccumulator[] = [];
  let samples = 0;
  for await (const batch of batches) {
    const predictions: OutputValues[][] = [];
    for (const predict of models) predictions.push(await predictBatch(predict, batch, inputs));
    if (accumulators.length === 0) {
      readings = readingsFor(outputs, batch);
      accumulators = models.map(() => new MetricAccumulator(readings));
    }
    const targets = batch.labels === undefined ? undefined : targetArrays(batch.labels, readings);
    for (const [index, accumulator] of accumulators.entries())
      accumulator.add(predictions[index]!, predictions[0]!, targets, batch.size);
    samples += batch.size;
  }
  return {
    name: metricName(readings),
    samples,
    models: accumulators.map((accumulator) => accumulator.measurement()),
  };
}

/** Plain values beside class labels are logits: the largest decides. */
export function readingsFor(
  outputs: readonly OutputReading[],
  { labels }: Pick<Batch, 'labels'>,
): readonly OutputReading[] {
  if (!(labels instanceof Int32Array)) return outputs;
  return outputs.map((output) =>
    output.kind === 'linear' && (output.shape.at(-1) ?? 1) > 1 ? { ...output, kind: 'logits' } : output,
  );
}

async function predictBatch(
  predict: Predict,
  batch: Batch,
  inputs: SampleShapes['inputs'],
): Promise<OutputValues[]> {
  const tensors = inputTensors(batch, { inputs });
  const outputs = tf.tidy(() => predict(tensors));
  const predictions = await readOutputs(outputs);
  tf.dispose([...tensors, ...outputs]);
  return predictions;
}

/** A model's outputs of a batch, off the engine. */
export function readOutputs(outputs: readonly tf.Tensor[]): Promise<OutputValues[]> {
  return Promise.all(
    outputs.map(async (output) => {
      const values = await output.data();
      return {
        values: values instanceof Float32Array ? values : Float32Array.from(values),
        width: output.shape.length > 1 ? output.shape.at(-1)! : 1,
      };
    }),
  );
}
