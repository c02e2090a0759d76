import { alwaysHomogeneous, neverFuses, noActivation, notHomogeneous, passedOn } from './activations.js';
import { padding, passing } from './keeping-rules.js';
import { kernelless } from './kernelless.js';
import type { LayerKind } from './layer-kind.js';

const shaping: LayerKind = {
  ...kernelless,
  rank: null,
  activation: passedOn,
  fusesAs: neverFuses,
  isHomogeneous: notHomogeneous,
  channelRule: null,
  random: [],
  takesDefaults: false,
};

/** Layers that put values elsewhere, repeat them or leave some out. */
export const shapeLayers: Readonly<Record<string, LayerKind>> = {
  InputLayer: { ...shaping, rank: 'same', activation: noActivation, takesDefaults: true },
  Flatten: { ...shaping, rank: 2, channelRule: passing({ rank: 2, flat: true }), takesDefaults: true },
  Reshape: { ...shaping, takesDefaults: true },
  Permute: shaping,
  RepeatVector: shaping,
  Cropping2D: { ...shaping, channelRule: passing() },
  UpSampling2D: { ...shaping, activation: noActivation, channelRule: passing() },
  ZeroPadding2D: {
    ...shaping,
    activation: noActivation,
    isHomogeneous: alwaysHomogeneous,
    channelRule: padding,
    takesDefaults: true,
  },
};
