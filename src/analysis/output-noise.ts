import { type FinalWeight, quantizedOf } from '../compression/index.js';
import { aroundCalls } from '../engine/layer-calls.js';
import * as tf from '../engine/tf.js';
import { type Substitute, withWeights } from '../engine/weights.js';
import { decibels } from '../quantize/index.js';
import {
  type Evaluation,
  type LiveModel,
  measuredAtOnce,
  readInputs,
  valuesInSample,
} from '../session/index.js';
import { GraphReplay } from './graph-replay.js';
import { tensorsOf, withConstants } from './replacements.js';
import { squashes, unsquashed } from './unsquashed.js';

/** Output SQNR of a layer in dB; null without any noise, or where the layer was not called. */
export interface OutputNoise {
  /** Signal to noise with this weight alone replaced, given the unchanged model's inputs. */
  readonly ownDb: number | null;
  /** With everything replaced, so that the errors of all layers before it count too. */
  readonly chainDb: number | null;
}

/** Most values in a batch: every layer's output stays in memory until it has been compared. */
const BATCH_VALUES = 2 ** 19;
const MAX_IN_BATCH = 32;
/** The same of a model that takes its samples a few at a time, whatever the batch, and so takes long. */
const MAX_IN_SLOW_BATCH = 4;

/** Output SQNR of each quantized kernel's own layer, by the kernel's name. */
export async function measureOutputNoise(
  evaluation: Evaluation,
  weights: readonly FinalWeight[],
): Promise<ReadonlyMap<string, OutputNoise>> {
  const { liveModel } = evaluation;
  const names = new Set(quantizedOf(weights).map(({ weight }) => weight.name));
  const values = tensorsOf(weights.map(({ after }) => after));
  const set = evaluation.samples.evaluation;
  const fitting = Math.floor(BATCH_VALUES / valuesInSample(liveModel, set));
  const most = liveModel.batch === null ? MAX_IN_BATCH : MAX_IN_SLOW_BATCH;
  const batchSize = measuredAtOnce(liveModel, set, Math.min(most, Math.max(1, fitting)));
  const batches = await readInputs(evaluation, set, batchSize);
  try {
    if (liveModel.kind === 'layers') {
      const substitutes = liveModel.weights.map(({ name, owner, variable }) => ({
        name,
        layer: owner,
        weight: variable,
        value: values.get(name)!,
      }));
      const probes = substitutes.filter(({ name }) => names.has(name));
      return layersOutputNoise(liveModel.model, probes, substitutes, batches);
    }
    const probes = liveModel.weights
      .filter(({ name }) => names.has(name))
      .map(({ name, layer }) => ({ name, node: layer, value: values.get(name)! }));
    return await graphOutputNoise(liveModel, probes, batches[0]!);
  } finally {
    tf.dispose([...batches.flat(), ...values.values()]);
  }
}

/** A weight, the layer whose output it shapes, and the value that it would be replaced with. */
interface LayerProbe {
  readonly name: string;
  readonly layer: tf.layers.Layer;
  readonly weight: tf.LayerVariable;
  readonly value: tf.Tensor;
}

/**
 * Measures how much each replaced weight changes its own layer's output, and how much all of them together do; before a
 * softmax or a sigmoid, which would hide the noise of whatever it saturates.
 *
 * Two forward passes: in the first every call of a layer is repeated with each of its replaced weights, the second has
 * all of them replaced.
 *
 * @param packed   All changed tensors, including the probes' weights.
 * @param batches  Lists of input tensors, [batch, ...] each; the caller disposes of them.
 * @returns By the probe's name.
 */
export function layersOutputNoise(
  model: tf.LayersModel,
  probes: readonly LayerProbe[],
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
          const plain = squashes(layer) ? unsquashed(layer, call) : output;
          const reference = tf.keep(first(plain).clone());
          references.get(layer)!.push(reference);
          for (const [index, probe] of probes.entries()) {
            if (probe.layer !== layer) continue;
            const changed = () =>
              first(
                withWeights([{ weight: probe.weight, value: probe.value }], () => unsquashed(layer, call)),
              );
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
          const plain = squashes(layer) ? unsquashed(layer, call) : output;
          add(chain.get(layer)!, reference, () => first(plain));
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

const energyOf = (x: tf.Tensor): number => tf.tidy(() => tf.sum(tf.square(x)).dataSync()[0]!);

/** A constant of a graph, the node whose output it shapes, and the value that it would be replaced with. */
interface GraphProbe {
  readonly name: string;
  readonly node: string;
  readonly value: tf.Tensor;
}

type LiveGraph = Extract<LiveModel, { kind: 'graph' }>;

/**
 * Measures how much each replaced constant changes its own node's output, and how much all of them together do.
 *
 * @param inputs  One per input of the model, [batch, ...] each; the caller disposes of them.
 * @returns By the probe's name; nulls where the node can't be run by itself (inside a function or a loop).
 */
async function graphOutputNoise(
  liveModel: LiveGraph,
  probes: readonly GraphProbe[],
  inputs: tf.Tensor[],
): Promise<Map<string, OutputNoise>> {
  const nodes = [...new Set(probes.map(({ node }) => node))];
  const packed = Object.fromEntries(probes.map(({ name, value }) => [name, value]));
  const replay = new GraphReplay(liveModel);
  const questions = probes.map(({ name, node }) => ({ changed: [name], outputs: [node] }));
  const references = await outputsAt(liveModel, nodes, inputs, (run) => replay.record(questions, run));
  const changed = await withConstants(liveModel.model, packed, () => outputsAt(liveModel, nodes, inputs));
  const found = new Map<string, OutputNoise>();
  for (const { name, node, value } of probes) {
    const reference = references.get(node);
    const own = await withConstants(liveModel.model, { [name]: value }, () =>
      outputsAt(liveModel, reference === undefined ? [] : [node], inputs, (run) =>
        replay.replay([name], run),
      ),
    );
    found.set(name, {
      ownDb: sqnrOf(reference, own.get(node)),
      chainDb: sqnrOf(reference, changed.get(node)),
    });
    tf.dispose([...own.values()]);
  }
  replay.dispose();
  tf.dispose([...references.values(), ...changed.values()]);
  return found;
}

/**
 * Outputs of nodes, but of those that can't be run by themselves.
 *
 * @param around  Wrapper around the run of all nodes at once.
 */
async function outputsAt(
  liveModel: LiveGraph,
  nodes: readonly string[],
  inputs: tf.Tensor[],
  around = (run: () => Promise<tf.Tensor[]>) => run(),
): Promise<Map<string, tf.Tensor>> {
  if (nodes.length === 0) return new Map();
  try {
    const outputs = await around(() => liveModel.forwardTo([...nodes])(inputs));
    return new Map(nodes.map((node, index) => [node, outputs[index]!]));
  } catch {
    if (nodes.length === 1) return new Map();
    const found = new Map<string, tf.Tensor>();
    for (const node of nodes)
      for (const [name, output] of await outputsAt(liveModel, [node], inputs)) found.set(name, output);
    return found;
  }
}

function sqnrOf(reference: tf.Tensor | undefined, changed: tf.Tensor | undefined): number | null {
  // The outputs of one node in a loop may differ in number.
  if (reference === undefined || changed === undefined || reference.size !== changed.size) return null;
  const energies: Energies = { signal: 0, noise: 0 };
  add(energies, reference, () => changed);
  return inDecibels(energies);
}
