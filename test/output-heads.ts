import type * as tf from '../src/engine/tf.js';
import { type OutputHead, settleHead, type TargetKind } from '../src/metrics/index.js';

/** How an output of that activation is read beside such labels. */
export function headOf(
  activation: string,
  {
    shape = [3],
    target = activation === 'linear' ? 'values' : 'class',
    layer = null,
  }: {
    readonly shape?: readonly number[];
    readonly target?: TargetKind;
    readonly layer?: tf.layers.Layer | null;
  } = {},
): OutputHead {
  return settleHead({ name: 'y', shape, activation, layer }, target);
}
