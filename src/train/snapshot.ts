import * as tf from '../engine/tf.js';

/** A copy of variables at one moment. */
export interface Snapshot {
  restore(): void;
  dispose(): void;
}

/** Copies `variables`, so that training can return to this state. */
export function takeSnapshot(variables: readonly tf.Variable[]): Snapshot {
  const copies = variables.map((variable) => tf.clone(variable));
  return {
    restore: () => {
      for (const [index, variable] of variables.entries()) variable.assign(copies[index]!);
    },
    dispose: () => tf.dispose(copies),
  };
}
