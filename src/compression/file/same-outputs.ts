import { createRandom, describeError } from '../../core/index.js';
import { tf } from '../../engine/index.js';
import type { LoadedModel } from '../../model/index.js';
import { knownSizes, type LiveModel, openModel } from '../../session/index.js';

/** Largest difference that counts as none, as a share of the largest value of its output. */
const MAX_SHARE = 1e-5;
/** Whole numbers are drawn below this, where no table says how many it knows: of pixels, and of all others. */
const MOST = { pixels: 256, others: 2 };

/**
 * Compares a model with one that is to have the same outputs, on inputs drawn at random.
 *
 * @returns undefined where they have; else a reason in words.
 */
export async function differenceInOutputs(
  model: LoadedModel,
  changed: LoadedModel,
): Promise<string | undefined> {
  const inputs: tf.Tensor[] = [];
  const opened: LiveModel[] = [];
  try {
    for (const each of [model, changed]) opened.push(await openModel(each));
    inputs.push(...randomInputs(opened[0]!));
    const [before, after] = [await valuesOf(opened[0]!, inputs), await valuesOf(opened[1]!, inputs)];
    const shares = before.map((values, output) => differenceOf(values, after[output]!));
    const most = Math.max(0, ...shares);
    return most <= MAX_SHARE ? undefined : `outputs would differ by ${most.toPrecision(2)} of their range`;
  } catch (error) {
    return `their outputs can't be compared (${describeError(error)})`;
  } finally {
    tf.dispose(inputs);
    for (const each of opened) each.dispose();
  }
}

/** Inputs of one sample. */
function randomInputs({ inputs, uses }: LiveModel): tf.Tensor[] {
  const random = createRandom(0);
  return inputs.map(({ shape, dtype }, index) => {
    const sizes = [1, ...knownSizes(shape)];
    const vocabulary =
      uses[index]!.vocabulary ?? (dtype !== 'int32' ? null : shape.length < 3 ? MOST.others : MOST.pixels);
    const draw = vocabulary === null ? random.normal : () => Math.floor(random.next() * vocabulary);
    const size = sizes.reduce((product, each) => product * each, 1);
    return tf.tensor(
      Float32Array.from({ length: size }, () => draw()),
      sizes,
      dtype,
    );
  });
}

async function valuesOf({ predict }: LiveModel, inputs: tf.Tensor[]): Promise<Float32Array[]> {
  const outputs = await predict(inputs);
  const values = outputs.map((output) => Float32Array.from(output.dataSync()));
  tf.dispose(outputs);
  return values;
}

/** The largest difference as a share of the largest value. */
function differenceOf(one: Float32Array, other: Float32Array): number {
  if (one.length !== other.length) return Number.POSITIVE_INFINITY;
  const largest = (values: Float32Array) =>
    values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const difference = largest(one.map((value, index) => value - other[index]!));
  return difference === 0 ? 0 : difference / largest(one);
}
