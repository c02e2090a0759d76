import type { NamedTensor } from '../../core/index.js';
import { variableOf } from '../../engine/index.js';
import type { LayerVariable } from '../../engine/tf.js';

/** The values that a layers model's weights have now. */
export function readWeights(
  weights: readonly { readonly name: string; readonly variable: LayerVariable }[],
): NamedTensor[] {
  return weights.map(({ name, variable }) => {
    const { shape, dtype } = variableOf(variable);
    const values = variableOf(variable).dataSync();
    return dtype === 'float32'
      ? { name, shape, dtype, values: Float32Array.from(values) }
      : { name, shape, dtype: 'int32', values: Int32Array.from(values) };
  });
}
