import { aroundCalls } from '../engine/layer-calls.js';
import * as tf from '../engine/tf.js';
import { withWeights } from '../engine/weights.js';
import { decibels } from '../quantize/index.js';

/** A weight, the layer whose output it shapes, and the value that it would be replaced with. */
export interface Probe {
  readonly name: string;
  readonly layer: tf.layers.Layer;
  readonly weight: tf.LayerVariable;
  readonly value: tf.Tensor;
}

/**
 * Measures how much each replaced weight changes its own layer's output, given the unchanged model's inputs to it.
 *
 * One forward pass: at every call of a layer the call is repeated with each of its replaced weights.
 *
 * @param batches  Lists of input tensors, [batch, ...] each; the caller disposes of them.
 * @returns Output SQNR in dB by the probe's name; null without any noise, or where the layer was not called.
 */
export function outputSqnr(
  model: tf.LayersModel,
  probes: readonly Probe[],
  batches: Iterable<tf.Tensor[]>,
): Map<string, number | null> {
  const energies = probes.map(() => ({ signal: 0, noise: 0 }));
  for (const inputs of batches) {
    tf.tidy(() => {
      aroundCalls(
        probes.map(({ layer }) => layer),
        (layer, _, call) => {
          const output = call();
          const reference = first(output);
          const signal = energyOf(reference);
          for (const [index, probe] of probes.entries()) {
            if (probe.layer !== layer) continue;
            const changed = first(withWeights([{ weight: probe.weight, value: probe.value }], call));
            energies[index]!.signal += signal;
            energies[index]!.noise += energyOf(tf.sub(reference, changed));
          }
          return output;
        },
        () => model.apply(inputs.length === 1 ? inputs[0]! : inputs, { training: false }),
      );
    });
  }
  return new Map(
    probes.map(({ name }, index) => [name, decibels(energies[index]!.signal, energies[index]!.noise)]),
  );
}

const first = (output: tf.Tensor | tf.Tensor[]): tf.Tensor => (Array.isArray(output) ? output[0]! : output);

const energyOf = (x: tf.Tensor): number => tf.sum(tf.square(x)).dataSync()[0]!;
