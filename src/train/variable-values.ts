import { z } from 'zod';
import { sizeOf, unusableCheckpoint } from '../core/index.js';
import * as tf from '../engine/tf.js';

/** Values of variables outside the engine, in their order. */
export const valuesSchema = z.array(
  z.union([z.instanceof(Float32Array), z.instanceof(Int32Array), z.instanceof(Uint8Array)]),
);

export type Values = z.output<typeof valuesSchema>;

/** Copies the values of tensors. */
export function readValues(tensors: readonly tf.Tensor[]): Values {
  return tensors.map((tensor) => tensor.dataSync<'float32' | 'int32' | 'bool'>().slice());
}

/** Gives variables the values that `readValues` took of them. */
export function assignValues(variables: readonly tf.Variable[], values: Values): void {
  withTensors(variables, values, (tensors) => {
    for (const [index, variable] of variables.entries()) variable.assign(tensors[index]!);
  });
}

/**
 * Runs `use` with the values of these variables as tensors, which it may clone.
 *
 * @throws QgtError `output` where they are of other variables.
 */
export function withTensors<Result>(
  variables: readonly tf.Variable[],
  values: Values,
  use: (tensors: tf.Tensor[]) => Result,
): Result {
  if (
    values.length !== variables.length ||
    variables.some(({ shape }, at) => sizeOf(shape) !== values[at]!.length)
  )
    throw unusableCheckpoint('the checkpoint', 'its weights are of another model');
  const tensors = variables.map(({ shape, dtype }, index) => tf.tensor(values[index]!, shape, dtype));
  try {
    return use(tensors);
  } finally {
    tf.dispose(tensors);
  }
}
