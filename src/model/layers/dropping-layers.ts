import { alwaysHomogeneous, neverFuses, passedOn } from './activations.js';
import { passing } from './keeping-rules.js';
import { kernelless } from './kernelless.js';
import type { LayerKind, RandomAmount } from './layer-kind.js';

/** A layer that is random by this amount in training, and hands its input on in prediction. */
const dropping = (amount: RandomAmount): LayerKind => ({
  ...kernelless,
  rank: 'same',
  activation: passedOn,
  fusesAs: neverFuses,
  isHomogeneous: alwaysHomogeneous,
  channelRules: [passing()],
  random: [amount],
  takesDefaults: true,
});

/** Layers that drop or disturb values at random in training, and do nothing in prediction. */
export const droppingLayers: Readonly<Record<string, LayerKind>> = {
  Dropout: dropping('rate'),
  SpatialDropout1D: dropping('rate'),
  GaussianDropout: dropping('rate'),
  AlphaDropout: dropping('rate'),
  GaussianNoise: dropping('stddev'),
};
