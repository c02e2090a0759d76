import type { LayerVariable, Tensor, Variable } from './tf.js';

/** A layer's weight and the tensor that the layer reads instead. */
export interface Substitute {
  readonly weight: LayerVariable;
  readonly value: Tensor;
}

/** The tensor variable behind a layer's weight, which tfjs-layers keeps to itself. */
export function variableOf(weight: LayerVariable): Variable {
  return (weight as unknown as { val: Variable }).val;
}

/**
 * Runs `run` while the layers read `substitutes` in place of their weights.
 *
 * The weights themselves stay as they are, and gradients flow into the substitutes.
 */
export function withWeights<Result>(substitutes: readonly Substitute[], run: () => Result): Result {
  for (const { weight, value } of substitutes) weight.read = () => value;
  try {
    return run();
  } finally {
    // Uncovers the prototype's own `read` again.
    for (const { weight } of substitutes) Reflect.deleteProperty(weight, 'read');
  }
}
