import assert from 'node:assert/strict';
import * as tf from '../../src/engine/tf.js';
import { readModel, removeDeadChannels, toLayersModel } from '../../src/model/index.js';
import { fillWeights, predictSome, saveModel } from './model-folder.js';

/** Writes a value into every element of a weight that lies at one of these indices of an axis. */
export function setAlong(
  model: tf.LayersModel,
  name: string,
  axis: number,
  indices: number[],
  value: number,
): void {
  const weight = model.weights.find(({ originalName }) => originalName === name)!;
  const shape = weight.shape as number[];
  const inner = shape.slice(axis + 1).reduce((product, size) => product * size, 1);
  const values = weight.read().dataSync().slice();
  for (let at = 0; at < values.length; at++)
    if (indices.includes(Math.floor(at / inner) % shape[axis]!)) values[at] = value;
  weight.write(tf.tensor(values, shape));
}

/** Makes output channels of a kernel constant. */
export const kill = (model: tf.LayersModel, layer: string, channels: number[], axis = 3, value = 0) =>
  setAlong(model, `${layer}/kernel`, axis, channels, value);

/** Prunes a model and checks its outputs against those of the model as stock tfjs built it. */
export async function prune(model: tf.LayersModel) {
  const loaded = await readModel(await saveModel(model));
  const pruned = removeDeadChannels(loaded);
  const lean = await toLayersModel(pruned.model);
  const expected = predictSome(model);
  for (const [output, values] of predictSome(lean).entries()) {
    assert.equal(values.length, expected[output]!.length);
    for (const [at, value] of values.entries())
      assert.ok(Math.abs(value - expected[output]![at]!) <= 1e-4, `${value} for ${expected[output]![at]}`);
  }
  const shapes = Object.fromEntries(lean.weights.map(({ originalName, shape }) => [originalName, shape]));
  return { ...pruned, lean, shapes };
}

/** A model with values in its weights, then changed. */
export function filled(model: tf.LayersModel, change: (model: tf.LayersModel) => void): tf.LayersModel {
  fillWeights(model);
  change(model);
  return model;
}
