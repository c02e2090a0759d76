import { alwaysHomogeneous, neverFuses, noActivation, notHomogeneous, passedOn } from './activations.js';
import { passing } from './keeping-rules.js';
import { kernelless } from './kernelless.js';
import type { LayerKind } from './layer-kind.js';

const dropping: LayerKind = {
  ...kernelless,
  rank: null,
  activation: passedOn,
  fusesAs: neverFuses,
  isHomogeneous: notHomogeneous,
  channelRules: [passing()],
  random: ['rate'],
  takesDefaults: false,
};

/** Layers that drop or disturb values at random in training, and do nothing in prediction. */
export const droppingLayers: Readonly<Record<string, LayerKind>> = {
  Dropout: { ...dropping, rank: 'same', isHomogeneous: alwaysHomogeneous, takesDefaults: true },
  SpatialDropout1D: dropping,
  GaussianDropout: { ...dropping, activation: noActivation },
  AlphaDropout: { ...dropping, activation: noActivation },
  GaussianNoise: { ...dropping, random: ['stddev'] },
};
