import * as tf from '../engine/tf.js';
import { readValues, type Values, withTensors } from './variable-values.js';

/** A copy of variables at one moment. */
export interface Snapshot {
  restore(): void;
  /** The values, to be kept outside the engine. */
  values(): Values;
  dispose(): void;
}

/**
 * Copies `variables`, so that training can return to this state.
 *
 * @param values  Values to return to, in their order; left out: the present ones.
 */
export function takeSnapshot(
  variables: readonly tf.Variable[],
  values: readonly tf.Tensor[] = variables,
): Snapshot {
  const copies = values.map((value) => tf.clone(value));
  return {
    restore: () => {
      for (const [index, variable] of variables.entries()) variable.assign(copies[index]!);
    },
    values: () => readValues(copies),
    dispose: () => tf.dispose(copies),
  };
}

/** The copy that gave these values. */
export function snapshotOf(variables: readonly tf.Variable[], values: Values): Snapshot {
  return withTensors(variables, values, (tensors) => takeSnapshot(variables, tensors));
}
