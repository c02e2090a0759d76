import { alwaysHomogeneous, neverFuses, noActivation, notHomogeneous } from './activations.js';
import { passing } from './keeping-rules.js';
import { kernelless } from './kernelless.js';
import type { LayerKind } from './layer-kind.js';

const pooling: LayerKind = {
  ...kernelless,
  rank: null,
  activation: noActivation,
  fusesAs: neverFuses,
  isHomogeneous: alwaysHomogeneous,
  channelRules: [passing()],
  random: [],
  takesDefaults: true,
};

/** [batch, ...positions, channels] becomes [batch, channels]. */
const globalPooling: LayerKind = {
  ...pooling,
  rank: 2,
  isHomogeneous: notHomogeneous,
  channelRules: [passing({ rank: 2 })],
};

/** Layers that make one value of several of the same channel. */
export const poolingLayers: Readonly<Record<string, LayerKind>> = {
  MaxPooling1D: pooling,
  MaxPooling2D: pooling,
  MaxPooling3D: pooling,
  AveragePooling1D: pooling,
  AveragePooling2D: pooling,
  AveragePooling3D: pooling,
  GlobalAveragePooling1D: globalPooling,
  GlobalAveragePooling2D: globalPooling,
  GlobalMaxPooling1D: globalPooling,
  GlobalMaxPooling2D: globalPooling,
};
