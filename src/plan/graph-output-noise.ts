import * as tf from '../engine/tf.js';
import { decibels } from '../quantize/index.js';

/** A constant of a graph, the node whose output it shapes, and the value that it would be replaced with. */
export interface GraphProbe {
  readonly name: string;
  readonly node: string;
  readonly value: tf.Tensor;
}

/**
 * Measures how much each replaced constant changes its own node's output, given the unchanged graph's inputs to it.
 *
 * @param inputs  By input name, [batch, ...] each; the caller disposes of them.
 * @returns Output SQNR in dB by the probe's name; null without any noise, or where the node can't be run by itself
 *   (inside a function or a loop).
 */
export function graphOutputSqnr(
  model: tf.GraphModel,
  probes: readonly GraphProbe[],
  inputs: tf.NamedTensorMap,
): Map<string, number | null> {
  return new Map(probes.map((probe) => [probe.name, sqnrOf(model, probe, inputs)]));
}

function sqnrOf(
  model: tf.GraphModel,
  { name, node, value }: GraphProbe,
  inputs: tf.NamedTensorMap,
): number | null {
  const weights = model.weights;
  const own = weights[name];
  if (own === undefined) return null;
  try {
    const [signal, noise] = tf.tidy(() => {
      const reference = outputOf(model, node, inputs);
      // Kept, since the graph frees what it doesn't know to be a weight.
      weights[name] = [tf.keep(value.clone())];
      const changed = outputOf(model, node, inputs);
      tf.dispose(weights[name]);
      const energy = (x: tf.Tensor) => tf.sum(tf.square(x)).dataSync()[0]!;
      return [energy(reference), energy(tf.sub(reference, changed))];
    }) as [number, number];
    return decibels(signal, noise);
  } catch {
    return null;
  } finally {
    weights[name] = own;
  }
}

function outputOf(model: tf.GraphModel, node: string, inputs: tf.NamedTensorMap): tf.Tensor {
  const output = model.execute(inputs, node);
  return Array.isArray(output) ? output[0]! : output;
}
