import type { Wiring } from '../../topology/wiring.js';

const SAME_RANK = /^(Dense|Activation|ReLU|LeakyReLU|Dropout|BatchNormalization|Add|Multiply)$/;
const MATRIX = /^(Flatten|Global(Average|Max)Pooling[12]D)$/;

/** Dimensions of a layer's output, the batch included, as far as that is plain to see; else null. */
export function rankOf(name: string, wiring: Wiring): number | null {
  const layer = wiring.layers.get(name);
  if (layer === undefined) return null;
  const { class_name: className, config } = layer.entry;
  if (MATRIX.test(className)) return 2;
  const { batch_input_shape: shape } = config;
  const known = className === 'InputLayer' || SAME_RANK.test(className);
  if (known && Array.isArray(shape)) return shape.length;
  const [before] = layer.inputs;
  return SAME_RANK.test(className) && before !== undefined ? rankOf(before, wiring) : null;
}
