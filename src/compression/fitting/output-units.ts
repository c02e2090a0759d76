import { tf } from '../../engine/index.js';
import { ColumnMoments, hasOwnUnits, inputTensors, takeOutputs } from '../../metrics/index.js';
import {
  iterateBatches,
  type LiveModel,
  measuredAtOnce,
  resolvedInputs,
  type Samples,
} from '../../session/index.js';
import { watchedUnits } from './watched.js';

/** Training samples, spread over all of them, that units are measured on. */
const UNIT_SAMPLES = 2048;
const BATCH = 64;

/** The units of all outputs that a training has: the model's, unless these have to be awaited, and what is watched inside it. */
export async function trainingUnits(
  liveModel: LiveModel,
  samples: Pick<Samples, 'training' | 'ranges' | 'heads'>,
  watched: readonly string[],
): Promise<Float32Array[]> {
  const ofOutputs = liveModel.step === null ? [] : await outputUnits(liveModel, samples);
  if (watched.length === 0) return ofOutputs;
  return [...ofOutputs, ...(await watchedUnits(liveModel, samples, watched))];
}

/**
 * The variance of each column of the float model's outputs over the training samples: the unit in which squared errors of
 * plain values are counted.
 *
 * @returns One list per output, of one value where its columns are one quantity in many places; 1 for what doesn't vary,
 *   and for outputs of probabilities.
 */
export async function outputUnits(
  liveModel: LiveModel,
  { training, ranges, heads }: Pick<Samples, 'training' | 'ranges' | 'heads'>,
): Promise<Float32Array[]> {
  if (heads.every(({ kind }) => kind !== 'linear')) return heads.map(() => Float32Array.of(1));
  const inputs = resolvedInputs(liveModel, training);
  const moments = heads.map(() => new ColumnMoments());
  const step = Math.max(1, Math.ceil(training.order.length / UNIT_SAMPLES));
  const spread = { ...training, order: training.order.filter((_, index) => index % step === 0) };
  for await (const batch of iterateBatches(spread, ranges, measuredAtOnce(liveModel, spread, BATCH))) {
    const tensors = inputTensors(batch, { inputs });
    const outputs = await takeOutputs(await liveModel.predict(tensors));
    tf.dispose(tensors);
    for (const [index, { values, width }] of outputs.entries()) moments[index]!.add(values, width);
  }
  return heads.map(({ kind }, index) => (kind === 'linear' ? unitsOf(moments[index]!) : Float32Array.of(1)));
}

function unitsOf(moments: ColumnMoments): Float32Array {
  const variances = moments.variations().map((variation) => variation / moments.rows);
  const mean = variances.reduce((total, variance) => total + variance, 0) / variances.length;
  return Float32Array.from(hasOwnUnits(variances.length) ? variances : [mean], (variance) =>
    variance > 0 ? variance : 1,
  );
}
