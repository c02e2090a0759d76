import type * as tf from './tf.js';

/** The part of stock tfjs that runs a graph model, a private field there. */
interface GraphExecutor {
  weightMap: Readonly<Record<string, tf.Tensor[]>>;
}

/**
 * Puts a tensor in the place of one of a graph model's constants; both are the caller's to dispose of.
 *
 * The graph is told, since `executeAsync` disposes of whatever it doesn't know as a constant.
 *
 * @returns The tensors that were there.
 */
export function replaceConstant(model: tf.GraphModel, name: string, tensors: tf.Tensor[]): tf.Tensor[] {
  const { weights } = model;
  const before = weights[name]!;
  weights[name] = tensors;
  const { executor } = model as unknown as { readonly executor: GraphExecutor };
  executor.weightMap = weights;
  return before;
}
