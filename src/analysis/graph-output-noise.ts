import * as tf from '../engine/tf.js';
import { decibels } from '../quantize/index.js';
import type { OutputNoise } from './layers-output-noise.js';

/** A constant of a graph, the node whose output it shapes, and the value that it would be replaced with. */
export interface GraphProbe {
  readonly name: string;
  readonly node: string;
  readonly value: tf.Tensor;
}

/**
 * Measures how much each replaced constant changes its own node's output, and how much all of them together do.
 *
 * @param packed  Everything that is not as it was, by name.
 * @param inputs  By input name, [batch, ...] each; the caller disposes of them.
 * @returns By the probe's name; nulls where the node can't be run by itself (inside a function or a loop).
 */
export function graphOutputNoise(
  model: tf.GraphModel,
  probes: readonly GraphProbe[],
  packed: tf.NamedTensorMap,
  inputs: tf.NamedTensorMap,
): Map<string, OutputNoise> {
  return new Map(
    probes.map(({ name, node, value }) => [
      name,
      {
        ownDb: sqnrOf(model, node, { [name]: value }, inputs),
        chainDb: sqnrOf(model, node, packed, inputs),
      },
    ]),
  );
}

function sqnrOf(
  model: tf.GraphModel,
  node: string,
  replaced: tf.NamedTensorMap,
  inputs: tf.NamedTensorMap,
): number | null {
  const energyOf = (x: tf.Tensor): number => tf.sum(tf.square(x)).dataSync()[0]!;
  try {
    const [signal, noise] = tf.tidy(() => {
      const reference = outputOf(model, node, inputs);
      const changed = withConstants(model, replaced, () => outputOf(model, node, inputs));
      return [energyOf(reference), energyOf(tf.sub(reference, changed))];
    }) as [number, number];
    return decibels(signal, noise);
  } catch {
    return null;
  }
}

/** Runs `run` while the graph reads `replaced` in place of its own constants. */
export function withConstants<Result>(
  model: tf.GraphModel,
  replaced: tf.NamedTensorMap,
  run: () => Result,
): Result {
  const { weights } = model;
  const own = new Map<string, tf.Tensor[]>();
  try {
    for (const [name, value] of Object.entries(replaced)) {
      if (weights[name] === undefined) continue;
      own.set(name, weights[name]);
      // Kept, since the graph frees what it doesn't know to be a weight.
      weights[name] = [tf.keep(value.clone())];
    }
    return run();
  } finally {
    for (const [name, tensors] of own) {
      tf.dispose(weights[name]!);
      weights[name] = tensors;
    }
  }
}

function outputOf(model: tf.GraphModel, node: string, inputs: tf.NamedTensorMap): tf.Tensor {
  const output = model.execute(inputs, node);
  return Array.isArray(output) ? output[0]! : output;
}
