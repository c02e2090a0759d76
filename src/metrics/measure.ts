import * as tf from '../engine/tf.js';
import { checkOutputs } from './check-outputs.js';
import { MetricAccumulator, type ModelMeasurement, type OutputValues } from './metric-accumulator.js';
import type { OutputHead } from './output-head.js';
import { OutputSizes } from './output-sizes.js';
import { pairedError } from './paired-error.js';
import { type Batch, inputTensors, type SampleShapes, targetArrays } from './targets.js';

/**
 * A model as far as measuring goes: batch in, one tensor per output, which the caller disposes of; no other tensors
 * stay.
 */
export type Predict = (inputs: tf.Tensor[]) => Promise<tf.Tensor[]>;

/** Which rows of each output count: [batch, steps], 1 or 0; null where all do. The caller disposes of them. */
export type RowMasks = (inputs: tf.Tensor[]) => readonly (tf.Tensor | null)[];

/** Models to measure, with the shapes of their inputs and the heads of their outputs. */
export interface Measured {
  /** The first one is the reference for the others. */
  readonly models: readonly Predict[];
  /** Words for each model: outputs of theirs that are not numbers are an error. Left out: they are let through. */
  readonly names?: readonly string[] | undefined;
  readonly inputs: SampleShapes['inputs'];
  readonly heads: readonly OutputHead[];
  /** Left out: every row counts. */
  readonly masks?: RowMasks | undefined;
}

/** Figures of several models on the same batches, in their order. */
export interface Measurement {
  readonly samples: number;
  readonly models: readonly ModelMeasurement[];
  /**
   * Standard error of the difference between the first and the last model's shares of right decisions, by output;
   * null where there are no labels or decisions, and for a metric that was chosen.
   */
  readonly errors: readonly (number | null)[];
  /** Names of the outputs without figures, since their sizes change from sample to sample or from model to model. */
  readonly unmeasured: readonly string[];
}

/**
 * Runs models side by side over batches and scores them against the labels and against the first one.
 *
 * @throws QgtError `non-finite` where a model that is named gives outputs that are not numbers.
 */
export async function measure(
  { models, names, inputs, heads, masks }: Measured,
  batches: AsyncIterable<Batch>,
): Promise<Measurement> {
  const sizes = new OutputSizes(heads);
  const accumulators = models.map(() => new MetricAccumulator(heads, sizes));
  let samples = 0;
  for await (const batch of batches) {
    const tensors = inputTensors(batch, { inputs });
    const predictions: OutputValues[][] = [];
    for (const [index, predict] of models.entries()) {
      const outputs = await takeOutputs(await predict(tensors));
      if (names !== undefined) checkOutputs(outputs, heads, names[index]!);
      predictions.push(outputs);
    }
    const facts = {
      size: batch.size,
      targets: batch.labels === undefined ? undefined : targetArrays(batch.labels, heads),
      masks: masks && (await readMasks(masks(tensors))),
    };
    tf.dispose(tensors);
    for (const [index, accumulator] of accumulators.entries())
      accumulator.add(predictions[index]!, predictions[0]!, facts);
    samples += batch.size;
  }
  const figures = accumulators.map((accumulator) => accumulator.measurement());
  const errors = figures[0]!.outputs.map(({ value }, output) => {
    const [before, after] = [accumulators[0]!, accumulators.at(-1)!].map((each) =>
      value === null ? null : each.correctPerSample(output),
    );
    return before && after ? pairedError(before, after) : null;
  });
  return { samples, models: figures, errors, unmeasured: sizes.changing() };
}

/** A model's outputs of a batch, off the engine; the tensors are disposed of. */
export async function takeOutputs(outputs: readonly tf.Tensor[]): Promise<OutputValues[]> {
  const read = await Promise.all(
    outputs.map(async (output) => {
      const values = await output.data();
      return {
        values: values instanceof Float32Array ? values : Float32Array.from(values),
        width: output.shape.length > 1 ? output.shape.at(-1)! : 1,
      };
    }),
  );
  tf.dispose([...outputs]);
  return read;
}

/** The masks of a batch, off the engine; the tensors are disposed of. */
export async function readMasks(masks: readonly (tf.Tensor | null)[]): Promise<(Uint8Array | null)[]> {
  const read = await Promise.all(
    masks.map(async (mask) => (mask === null ? null : Uint8Array.from(await mask.data()))),
  );
  tf.dispose(masks.filter((mask) => mask !== null));
  return read;
}
