import * as tf from '../engine/tf.js';

/** A copy of variables at one moment. */
export interface Snapshot {
  restore(): void;
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
    dispose: () => tf.dispose(copies),
  };
}
