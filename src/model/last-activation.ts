import type * as tf from '../engine/tf.js';
import { type LayerCall, ownersOf, unfoldModel } from './call-graph.js';
import { layerKindOf } from './layers/index.js';

/** Last activation before an output. */
export interface LastActivation {
  /** Name of the activation in tfjs: `softmax`, `sigmoid`, `linear`, `relu`, ... */
  readonly activation: string;
  /** The layer that applies it; for `linear` the one that makes the values. */
  readonly layer: tf.layers.Layer;
}

/**
 * Tells, for every output of a layers model, which activation makes it; nested models and wrappers are followed.
 *
 * @returns One per output, in the model's order; undefined for an output that is an input.
 */
export function lastActivations(model: tf.LayersModel): (LastActivation | undefined)[] {
  const { calls, outputs } = unfoldModel(model);
  const makerOf = new Map(calls.flatMap((call) => call.outputs.map((value) => [value, call] as const)));
  return outputs.map((value) => activationOf(value, makerOf));
}

function activationOf(value: number, makerOf: ReadonlyMap<number, LayerCall>): LastActivation | undefined {
  const call = makerOf.get(value);
  if (call === undefined) return undefined;
  const layer = ownersOf(call.layer)[0]!;
  const kind = layerKindOf(layer.getClassName());
  const own = kind === undefined ? 'linear' : kind.activation(layer);
  const before = own === null ? activationOf(call.inputs[0]!, makerOf) : undefined;
  return before ?? { activation: own ?? 'linear', layer };
}
