import type { Config } from '../topology/layer-entry.js';
import { alwaysHomogeneous, neverFuses, notHomogeneous, ownActivation } from './activations.js';
import type { MakeChannelRule } from './channel-rule.js';
import { activating, keeping, needingAll } from './keeping-rules.js';
import { kernelless } from './kernelless.js';
import type { LayerKind } from './layer-kind.js';
import { clip, elu, keepsFactors, scalarActivation } from './scalar-activations.js';

/** Activations that tfjs computes as part of a layer as well as by themselves. */
const FUSED = ['relu', 'relu6', 'elu', 'sigmoid', 'tanh'];

/** A number among a layer's options. */
const numberOf = (value: unknown, otherwise: number): number =>
  typeof value === 'number' ? value : otherwise;

/** The upper limit of a ReLU's output; null: no limit. */
const limitOf = ({ max_value: most = null }: Config): unknown => most;

/** A layer that is this activation, as tfjs names it. */
function activation(name: string) {
  return {
    ...kernelless,
    activation: () => name,
    fusesAs: neverFuses,
    isHomogeneous: notHomogeneous,
    rank: null,
    channelRules: [],
    random: [],
    takesDefaults: false,
  } as const satisfies LayerKind;
}

/** Slopes for negative values, one for each value or shared by those along some dimensions. */
const preluRule: MakeChannelRule = (layer) => {
  const alpha = layer.weight('alpha');
  const slopes = alpha?.shape.at(-1);
  const [input] = layer.inputs;
  if (alpha === undefined || slopes === undefined) return undefined;
  if (slopes !== 1 && slopes !== input?.count) return undefined;
  const constantOf = (value: number, channel: number): number => {
    if (!(value < 0)) return value;
    const own = alpha.values.filter((_, index) => slopes === 1 || index % slopes === channel);
    return own.every((slope) => slope === own[0]) ? value * own[0]! : Number.NaN;
  };
  return keeping(layer, constantOf, slopes === 1 ? [] : [alpha]);
};

/** Layers that are an activation. */
export const activationLayers: Readonly<Record<string, LayerKind>> = {
  Activation: {
    ...kernelless,
    rank: 'same',
    activation: (layer) => {
      const own = ownActivation(layer);
      return own === 'linear' ? null : own;
    },
    fusesAs: (config) => FUSED.find((name) => name === config.activation) ?? null,
    isHomogeneous: (config) => keepsFactors(config.activation),
    channelRules: [activating((config) => scalarActivation(config.activation))],
    random: [],
    takesDefaults: true,
  },
  ReLU: {
    ...activation('relu'),
    rank: 'same',
    fusesAs: (config) => (limitOf(config) === null ? 'relu' : limitOf(config) === 6 ? 'relu6' : null),
    isHomogeneous: (config) => limitOf(config) === null,
    channelRules: [
      activating((config) => {
        const limit = numberOf(limitOf(config), Number.POSITIVE_INFINITY);
        return (value) => clip(value, limit);
      }),
    ],
    takesDefaults: true,
  },
  LeakyReLU: {
    ...activation('leakyRelu'),
    rank: 'same',
    isHomogeneous: alwaysHomogeneous,
    channelRules: [
      activating(({ alpha }) => {
        const slope = numberOf(alpha, 0.3);
        return (value) => (value > 0 ? value : slope * value);
      }),
    ],
    takesDefaults: true,
  },
  PReLU: {
    ...activation('prelu'),
    floats: { alpha: 'slopes of an activation' },
    channelRules: [preluRule],
  },
  ELU: {
    ...activation('elu'),
    channelRules: [
      activating(
        ({ alpha }) =>
          (value) =>
            elu(value, numberOf(alpha, 1)),
      ),
    ],
  },
  ThresholdedReLU: {
    ...activation('thresholdedRelu'),
    channelRules: [
      activating(({ theta }) => {
        const threshold = numberOf(theta, 1);
        return (value) => (value <= threshold ? 0 : value);
      }),
    ],
  },
  Softmax: { ...activation('softmax'), channelRules: [needingAll] },
};
