import { BATCH_NORM, normalizesLast } from '../../engine/batch-norm-layer.js';
import { neverFuses, noActivation, notHomogeneous } from './activations.js';
import { batchNormOf } from './batch-norm.js';
import type { MakeChannelRule } from './channel-rule.js';
import { NOTHING } from './channels.js';
import { keeping, needingAll } from './keeping-rules.js';
import { kernelless } from './kernelless.js';
import type { LayerKind } from './layer-kind.js';

const normalizing = {
  ...kernelless,
  activation: noActivation,
  fusesAs: neverFuses,
  isHomogeneous: notHomogeneous,
  random: [],
  takesDefaults: true,
} as const satisfies Partial<LayerKind>;

const batchNormRule: MakeChannelRule = (layer) => {
  const { config, weight, inputs } = layer;
  const [input] = inputs;
  const batchNorm = batchNormOf(config, weight);
  if (batchNorm === undefined || input === undefined) return undefined;
  const { factors, offsets, weights } = batchNorm;
  if (factors.length !== input.count || !normalizesLast(config.axis ?? -1, input.rank)) return undefined;
  const constantOf = (value: number, channel: number): number =>
    Math.abs(factors[channel]!) <= NOTHING
      ? offsets[channel]!
      : value * factors[channel]! + offsets[channel]!;
  return keeping(layer, constantOf, weights);
};

/** Layers that bring values to a mean and a deviation. */
export const normalizingLayers: Readonly<Record<string, LayerKind>> = {
  [BATCH_NORM]: {
    ...normalizing,
    floats: {
      gamma: 'BatchNorm gamma',
      beta: 'BatchNorm beta',
      moving_mean: 'BatchNorm statistic',
      moving_variance: 'BatchNorm statistic',
    },
    rank: 'same',
    channelRules: [batchNormRule],
  },
  LayerNormalization: {
    ...normalizing,
    floats: { gamma: 'LayerNorm gamma', beta: 'LayerNorm beta' },
    rank: null,
    channelRules: [needingAll],
  },
};
