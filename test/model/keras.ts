import type * as tf from '../../src/engine/tf.js';
import { readModel, toLayersModel } from '../../src/model/index.js';
import { savedBy, writeModel } from './model-folder.js';

/** A layer as Keras writes it. */
export type Layer = Record<string, unknown>;

const policy = {
  module: 'keras',
  class_name: 'DTypePolicy',
  config: { name: 'float32' },
  registered_name: null,
};

/** A tensor in a call of Keras 3. */
export function tensor(layer: string, node = 0, index = 0): unknown {
  return {
    class_name: '__keras_tensor__',
    config: { shape: [null, 4], dtype: 'float32', keras_history: [layer, node, index] },
  };
}

/** A layer of Keras 3, called with each of `calls`: the arguments of one call. */
export function layer3(className: string, name: string, config: Layer, ...calls: unknown[][]): Layer {
  return {
    module: 'keras.layers',
    class_name: className,
    config: { name, trainable: true, dtype: policy, ...config },
    registered_name: null,
    name,
    inbound_nodes: calls.map((args) => ({ args, kwargs: { training: null, mask: null } })),
  };
}

/** An input of Keras 3. */
export function input3(name: string, ...shape: (number | null)[]): Layer {
  const config = {
    batch_shape: [null, ...shape],
    dtype: 'float32',
    sparse: false,
    ragged: false,
    name,
    optional: false,
  };
  return { class_name: 'InputLayer', config, name, inbound_nodes: [] };
}

/** A functional model of Keras 3; with `calls`, one in another. */
export function functional3(
  name: string,
  layers: Layer[],
  inputs: unknown,
  outputs: unknown,
  ...calls: unknown[][]
): Layer {
  const config = {
    name,
    trainable: true,
    layers,
    input_layers: inputs,
    output_layers: outputs,
    dtype: undefined,
  };
  return layer3('Functional', name, config, ...calls);
}

/** A Sequential of Keras 3; with `calls`, one in another model. */
export function sequential3(name: string, layers: Layer[], ...calls: unknown[][]): Layer {
  const plain = layers.map(({ inbound_nodes: _, name: __, ...rest }) => rest);
  return layer3('Sequential', name, { layers: plain }, ...calls);
}

/** The topology around a model of Keras. */
export function topologyOf(model: Layer, version = '3.5.0'): Layer {
  return { keras_version: version, backend: 'tensorflow', model_config: model };
}

/** What a weight of tfjs's model is called in Keras's file. */
export type Rename = (name: string) => string;

/** Writes a topology with the weights of a model that tfjs made, and reads that back. */
export async function loadWith(
  topology: Layer,
  twin: tf.LayersModel,
  rename: Rename = (name) => name,
): ReturnType<typeof readModel> {
  const { weightSpecs, weightData } = await savedBy(twin);
  const weights = weightSpecs.map((spec) => ({ ...spec, name: rename(spec.name) }));
  const json = {
    format: 'layers-model',
    modelTopology: topology,
    weightsManifest: [{ paths: ['w.bin'], weights }],
  };
  return readModel(await writeModel(json, [{ name: 'w.bin', bytes: weightData }]));
}

/** The same as a model that runs. */
export async function runWith(
  topology: Layer,
  twin: tf.LayersModel,
  rename?: Rename,
): Promise<tf.LayersModel> {
  return toLayersModel(await loadWith(topology, twin, rename));
}
