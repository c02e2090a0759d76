import { channelLayout } from '../../src/core/index.js';
import type * as tf from '../../src/engine/tf.js';
import { variableOf } from '../../src/engine/weights.js';
import { uniform } from '../../src/quantize/index.js';
import { type GuidedKernel, guideKernel } from '../../src/train/index.js';

/** A layer's first weight, guided toward the even steps of 2 bits that are nearest to it. */
export function twoBitKernel(layer: tf.layers.Layer, axes: readonly number[]): GuidedKernel {
  const variable = variableOf(layer.weights[0]!);
  const values = variable.dataSync() as Float32Array;
  const grid = uniform.fit(values, channelLayout(variable.shape, axes), 2);
  return guideKernel({ name: layer.name, variable, axes }, grid);
}
