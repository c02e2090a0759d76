import assert from 'node:assert/strict';
import { channelLayout } from '../../src/core/index.js';
import { tf } from '../../src/engine/index.js';
import { findWeights } from '../../src/model/index.js';
import { type PackedModel, packModel, type StoredTensor } from '../../src/pack/index.js';
import { encode, fitGrid } from '../../src/quantize/index.js';
import { fromQgt } from '../../src/runtime/index.js';
import { fillWeights, predictSome, savedBy } from '../model/model-folder.js';

const LEVELS = Float32Array.of(-2, -1, 0, 1);

/** How the kernels of an example are stored. */
export type Kernels = 'per channel' | 'per tensor' | 'shifted' | 'float';

/** A model as it would be packed, with weights of its own and every kernel on a grid of four levels. */
export async function packExample(model: tf.LayersModel, kernels: Kernels): Promise<PackedModel> {
  fillWeights(model); // gammas, and so factors, of both signs
  const { modelTopology } = await savedBy(model);
  const tensors = findWeights(model).map(({ name, variable, role, channelAxes }): StoredTensor => {
    const shape = variable.shape as number[];
    const values = variable.read().dataSync() as Float32Array;
    if (role === 'float' || kernels === 'float')
      return { encoding: 'raw', name, shape, dtype: 'float32', values };
    const axes = kernels === 'per tensor' ? [] : channelAxes;
    const layout = channelLayout(shape, axes);
    const grid = fitGrid(values, layout, LEVELS, { shift: kernels === 'shifted' ? 'free' : 'none' });
    return { encoding: 'codes', name, shape, axes, codes: encode(values, grid, layout).codes, grid };
  });
  return { kind: 'layers', topology: modelTopology, metadata: {}, preprocessing: {}, tensors };
}

/** What stock tfjs makes of a packed model. */
async function predictPacked(model: PackedModel): Promise<number[][]> {
  const { bytes } = await packModel(model);
  return predictSome(await tf.loadLayersModel(fromQgt(bytes) as tf.io.IOHandler));
}

/** Compares what stock tfjs makes of two packed models. */
export async function assertSameOutputs(one: PackedModel, other: PackedModel): Promise<void> {
  const expected = await predictPacked(one);
  for (const [output, values] of (await predictPacked(other)).entries()) {
    assert.equal(values.length, expected[output]!.length);
    for (const [at, value] of values.entries())
      assert.ok(Math.abs(value - expected[output]![at]!) <= 1e-4, `${value} for ${expected[output]![at]}`);
  }
}
