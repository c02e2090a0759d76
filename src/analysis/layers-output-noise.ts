import { aroundCalls } from '../engine/layer-calls.js';
import * as tf from '../engine/tf.js';
import { type Substitute, withWeights } from '../engine/weights.js';
import { decibels } from '../quantize/index.js';

/** A weight, the layer whose output it shapes, and the value that it would be replaced with. */
export interface Probe {
  readonly name: string;
  readonly layer: tf.layers.Layer;
  readonly weight: tf.LayerVariable;
  readonly value: tf.Tensor;
}

/** Output SQNR of a layer in dB; null without any noise, or where the layer was not called. */
export interface OutputNoise {
  /** Of the error that one replaced weight makes, given the unchanged model's inputs. */
  readonly ownDb: number | null;
  /** With everything replaced, so that the errors of all layers before it count too. */
  readonly chainDb: number | null;
}

/**
 * Measures how much each replaced weight changes its own layer's output, and how much all of them together do.
 *
 * Two forward passes: in the first every call of a layer is repeated with each of its replaced weights, the second has
 * all of them replaced.
 *
 * @param packed   Everything that is not as it was, the probes' weights among them.
 * @param batches  Lists of input tensors, [batch, ...] each; the caller disposes of them.
 * @returns By the probe's name.
 */
export function outputNoise(
  model: tf.LayersModel,
  probes: readonly Probe[],
  packed: readonly Substitute[],
  batches: Iterable<tf.Tensor[]>,
): Map<string, OutputNoise> {
  const layers = probes.map(({ layer }) => layer);
  const own = probes.map(() => ({ signal: 0, noise: 0 }));
  const chain = new Map(layers.map((layer) => [layer, { signal: 0, noise: 0 }]));
  for (const inputs of batches) {
    const run = () =>
      model.apply(inputs.length === 1 ? inputs[0]! : inputs, { training: false }) as tf.Tensor;
    const references = new Map(layers.map((layer): [tf.layers.Layer, tf.Tensor[]] => [layer, []]));
    tf.tidy(() => {
      aroundCalls(
        layers,
        (layer, _, call) => {
          const output = call();
          const reference = tf.keep(first(output).clone());
          references.get(layer)!.push(reference);
          for (const [index, probe] of probes.entries()) {
            if (probe.layer !== layer) continue;
            const changed = () => first(withWeights([{ weight: probe.weight, value: probe.value }], call));
            add(own[index]!, reference, changed);
          }
          return output;
        },
        run,
      );
    });
    tf.tidy(() => {
      aroundCalls(
        layers,
        (layer, _, call) => {
          const output = call();
          const reference = references.get(layer)!.shift()!;
          add(chain.get(layer)!, reference, () => first(output));
          reference.dispose();
          return output;
        },
        () => withWeights(packed, run),
      );
    });
  }
  return new Map(
    probes.map(({ name, layer }, index) => [
      name,
      { ownDb: inDecibels(own[index]!), chainDb: inDecibels(chain.get(layer)!) },
    ]),
  );
}

interface Energies {
  signal: number;
  noise: number;
}

function add(energies: Energies, reference: tf.Tensor, changed: () => tf.Tensor): void {
  tf.tidy(() => {
    energies.signal += energyOf(reference);
    energies.noise += energyOf(tf.sub(reference, changed()));
  });
}

const inDecibels = ({ signal, noise }: Energies): number | null => decibels(signal, noise);

const first = (output: tf.Tensor | tf.Tensor[]): tf.Tensor => (Array.isArray(output) ? output[0]! : output);

const energyOf = (x: tf.Tensor): number => tf.sum(tf.square(x)).dataSync()[0]!;
