import { alwaysHomogeneous, neverFuses, noActivation, notHomogeneous, passedOn } from './activations.js';
import type { MakeChannelRule, NeedingRule } from './channel-rule.js';
import { varyingChannels } from './channels.js';
import { keeping, needingAll, padding, passing } from './keeping-rules.js';
import { kernelless } from './kernelless.js';
import type { LayerKind } from './layer-kind.js';

const shaping: LayerKind = {
  ...kernelless,
  rank: null,
  activation: passedOn,
  fusesAs: neverFuses,
  isHomogeneous: notHomogeneous,
  channelRules: [],
  random: [],
  takesDefaults: false,
};

/** A sample of this shape, all of whose channels have to stay; undefined where it doesn't count them. */
function needed(shape: readonly unknown[]): NeedingRule | undefined {
  const count = shape.at(-1);
  return typeof count === 'number' && count > 0
    ? { kind: 'needs', output: varyingChannels(count, shape.length + 1) }
    : undefined;
}

/** An input of the model, or of one in it, which passes on what it is given. */
const inputRule: MakeChannelRule = (layer) => {
  const { batch_input_shape: shape } = layer.config;
  const given = passing()(layer);
  return given ?? (Array.isArray(shape) ? needed(shape.slice(1)) : undefined);
};

/** Channels stay apart where the last dimension holds them, or some positions with all channels of each. */
const reshaping: MakeChannelRule = (layer) => {
  const { target_shape: target } = layer.config;
  const [input] = layer.inputs;
  if (!Array.isArray(target)) return undefined;
  const rank = target.length + 1;
  const last: unknown = target.at(-1);
  const open = typeof last !== 'number' || last < 0;
  if (input === undefined || (open ? rank > 2 : last % input.count !== 0)) return needed(target);
  const changed = { rank, flat: open || last !== input.count };
  return { ...keeping(layer, (value) => value, [], changed)!, shapeKey: 'target_shape' };
};

const permuting: MakeChannelRule = (layer) => {
  const { dims } = layer.config;
  return Array.isArray(dims) && dims.at(-1) === dims.length ? passing()(layer) : undefined;
};

/** Every value times a number, plus a number. */
const rescaling: MakeChannelRule = (layer) => {
  const { scale = 1, offset = 0 } = layer.config;
  return typeof scale === 'number' && typeof offset === 'number'
    ? keeping(layer, (value) => value * scale + offset)
    : needingAll(layer);
};

/** Layers that put values elsewhere, repeat them, leave some out, or bring all to another range. */
export const shapeLayers: Readonly<Record<string, LayerKind>> = {
  InputLayer: {
    ...shaping,
    rank: 'same',
    activation: noActivation,
    channelRules: [inputRule],
    takesDefaults: true,
  },
  Flatten: { ...shaping, rank: 2, channelRules: [passing({ rank: 2, flat: true })], takesDefaults: true },
  Reshape: { ...shaping, channelRules: [reshaping], takesDefaults: true },
  Permute: { ...shaping, channelRules: [permuting] },
  RepeatVector: { ...shaping, channelRules: [passing({ rank: 3 })] },
  Rescaling: { ...shaping, rank: 'same', activation: noActivation, channelRules: [rescaling] },
  Cropping2D: { ...shaping, channelRules: [passing()] },
  UpSampling2D: { ...shaping, activation: noActivation, channelRules: [passing()] },
  ZeroPadding2D: {
    ...shaping,
    activation: noActivation,
    isHomogeneous: alwaysHomogeneous,
    channelRules: [padding],
    takesDefaults: true,
  },
};
