import { channelLayout } from '../../src/core/index.js';
import { startEngine } from '../../src/engine/index.js';
import * as tf from '../../src/engine/tf.js';
import { readModel } from '../../src/model/index.js';
import type { PackedModel, StoredTensor } from '../../src/pack/index.js';
import { encode, fitGrid } from '../../src/quantize/index.js';
import { saveModel } from '../pipeline/saved-model.js';

const { layers } = tf;

/**
 * Convolutions, normalisation, branches, tokens, steps, a model in a model: most rules for layers have work. The same
 * every time, names too.
 */
function manyLayers(): tf.LayersModel {
  const image = tf.input({ shape: [6, 6, 2], name: 'image' });
  const words = tf.input({ shape: [3], name: 'words', dtype: 'int32' });
  const apply = (layer: tf.layers.Layer, ...to: tf.SymbolicTensor[]) =>
    layer.apply(to.length === 1 ? to[0]! : to) as tf.SymbolicTensor;
  const dense = (name: string, more: object = {}) => layers.dense({ name, units: 3, ...more });
  const convolved = apply(layers.conv2d({ name: 'conv', filters: 3, kernelSize: 2, padding: 'same' }), image);
  const normal = apply(layers.batchNormalization({ name: 'norm' }), convolved);
  const active = apply(layers.activation({ name: 'active', activation: 'relu' }), normal);
  const deep = apply(layers.depthwiseConv2d({ name: 'deep', kernelSize: 2, padding: 'same' }), active);
  const sum = apply(layers.add({ name: 'sum' }), deep, active);
  const pooled = apply(layers.globalAveragePooling2d({ name: 'pooled' }), sum);
  const embedding = layers.embedding({ name: 'tokens', inputDim: 5, outputDim: 3, maskZero: true });
  const inside = dense('inside', { inputShape: [3], activation: 'relu' });
  const inner = tf.sequential({ name: 'inner', layers: [inside] });
  const steps = layers.timeDistributed({ name: 'steps', layer: dense('step') });
  const spread = apply(steps, apply(embedding, words));
  const read = apply(layers.gru({ name: 'read', units: 3, recurrentInitializer: 'zeros' }), spread);
  const joined = apply(layers.concatenate({ name: 'joined' }), apply(inner, pooled), read);
  const outputs = apply(dense('answer', { units: 2, activation: 'softmax' }), joined);
  const model = tf.model({ name: 'many', inputs: [image, words], outputs });
  for (const [index, weight] of model.weights.entries()) {
    const values = tf.randomUniform(weight.shape as number[], 0.5, 1, 'float32', index + 1);
    weight.write(index % 2 === 0 ? values : tf.mul(values, 0.5));
  }
  return model;
}

/** Saves that model into a folder. @returns The path of model.json. */
export async function saveManyLayers(folder: string): Promise<string> {
  await startEngine('embedded');
  return saveModel(manyLayers(), folder);
}

/** The same model packed, its kernels on a grid of four levels. */
export async function packedManyLayers(folder: string): Promise<PackedModel> {
  const { topology, weights } = await readModel(await saveManyLayers(folder));
  const tensors = weights.map(({ name, shape, values }): StoredTensor => {
    const floats = Float32Array.from(values as Float32Array);
    if (shape.length < 2) return { encoding: 'raw', name, shape, dtype: 'float32', values: floats };
    const axes = [shape.length - 1];
    const layout = channelLayout(shape, axes);
    const grid = fitGrid(floats, layout, Float32Array.of(-2, -1, 0, 1));
    return { encoding: 'codes', name, shape, axes, codes: encode(floats, grid, layout).codes, grid };
  });
  return {
    kind: 'layers',
    topology,
    metadata: {},
    preprocessing: { inputRange: '0..1', classes: ['a', 'b'] },
    tensors,
  };
}
