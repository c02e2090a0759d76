import type * as tf from '../engine/tf.js';
import { type LayerCall, ownersOf, unfoldModel } from './call-graph.js';

/** What is applied last on the way to an output. */
export interface LastActivation {
  /** The output's name. */
  readonly output: string;
  /** As tfjs names it: `softmax`, `sigmoid`, `linear`, `relu`, ... */
  readonly activation: string;
  /** The layer that applies it; for `linear` the one that makes the values. */
  readonly layer: tf.layers.Layer;
}

/** Layers that hand values on as they are, if in another order. */
const PASSING = [
  'Reshape',
  'Flatten',
  'Permute',
  'Dropout',
  'SpatialDropout1D',
  'GaussianNoise',
  'RepeatVector',
  'Cropping2D',
];

/** Layers that are an activation, and its name. */
const ACTIVATION_LAYERS: Readonly<Record<string, string>> = {
  Softmax: 'softmax',
  ReLU: 'relu',
  LeakyReLU: 'leakyRelu',
  PReLU: 'prelu',
  ELU: 'elu',
  ThresholdedReLU: 'thresholdedRelu',
};

/** Layers whose `activation` acts on their output; in a recurrent layer it acts inside. */
const WITH_ACTIVATION = /^(Dense|Activation|((Separable|Depthwise)?Conv[123]D(Transpose)?))$/;

/**
 * Tells, for every output of a layers model, which activation makes it; nested models and wrappers are followed.
 *
 * @returns one per output, in the model's order; an output that is an input is left out.
 */
export function lastActivations(model: tf.LayersModel): LastActivation[] {
  const { calls, outputs } = unfoldModel(model);
  const makerOf = new Map(calls.flatMap((call) => call.outputs.map((value) => [value, call] as const)));
  return outputs.flatMap((value, index) => {
    const found = activationOf(value, makerOf);
    return found === undefined ? [] : [{ output: model.outputs[index]!.sourceLayer.name, ...found }];
  });
}

function activationOf(
  value: number,
  makerOf: ReadonlyMap<number, LayerCall>,
): Omit<LastActivation, 'output'> | undefined {
  const call = makerOf.get(value);
  if (call === undefined) return undefined;
  const layer = ownersOf(call.layer)[0]!;
  const kind = layer.getClassName();
  const named = Object.hasOwn(ACTIVATION_LAYERS, kind)
    ? ACTIVATION_LAYERS[kind]!
    : ownActivation(layer, kind);
  const handsOn = PASSING.includes(kind) || (kind === 'Activation' && named === 'linear');
  const before = handsOn ? activationOf(call.inputs[0]!, makerOf) : undefined;
  return before ?? { activation: named, layer };
}

function ownActivation(layer: tf.layers.Layer, kind: string): string {
  if (!WITH_ACTIVATION.test(kind)) return 'linear';
  const { activation } = layer as unknown as { activation?: { getClassName(): string } | null };
  return activation?.getClassName() ?? 'linear';
}
