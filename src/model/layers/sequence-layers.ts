import { neverFuses, noActivation, notHomogeneous } from './activations.js';
import type { MakeChannelRule } from './channel-rule.js';
import { varyingChannels } from './channels.js';
import { kernelless } from './kernelless.js';
import type { LayerKind } from './layer-kind.js';

const overSteps: LayerKind = {
  ...kernelless,
  rank: null,
  activation: noActivation, // a recurrent layer has one, but inside
  fusesAs: neverFuses,
  isHomogeneous: notHomogeneous,
  channelRules: [],
  random: [],
  takesDefaults: false,
};

/** Every output depends on all that the layer reads; `rank` is that of the output of all steps. */
function recurrentRule(countKey: 'units' | 'filters', rank: number): MakeChannelRule {
  return ({ config }) => {
    const { [countKey]: count, return_sequences: all } = config;
    return typeof count === 'number'
      ? { kind: 'needs', output: varyingChannels(count, all === true ? rank : rank - 1) }
      : undefined;
  };
}

/** Gates side by side: [in, gates * units] and [units, gates * units]. */
const recurrent: LayerKind = {
  ...overSteps,
  kernels: { kernel: [1], recurrent_kernel: [1] },
  channelRules: [recurrentRule('units', 3)],
};
/** [height, width, in, gates * filters] and [height, width, filters, gates * filters] */
const convolutional: LayerKind = {
  ...overSteps,
  kernels: { kernel: [3], recurrent_kernel: [3] },
  channelRules: [recurrentRule('filters', 5)],
};

const embeddingRule: MakeChannelRule = ({ config, inputs: [tokens] }) => {
  const { output_dim: count } = config;
  if (typeof count !== 'number') return undefined;
  const rank = tokens?.rank ?? null;
  return { kind: 'needs', output: varyingChannels(count, rank === null ? null : rank + 1) };
};

/** The cell of a recurrent layer: it has the weights, and the amounts that are dropped. */
const cellOf = (layer: LayerKind): LayerKind => ({ ...layer, random: ['dropout', 'recurrentDropout'] });

/** Layers over words or steps, the cells of recurrent ones, and wrappers. */
export const sequenceLayers: Readonly<Record<string, LayerKind>> = {
  Embedding: {
    ...overSteps,
    kernels: { embeddings: [1] }, // [words, dimensions]
    channelRules: [embeddingRule],
    vocabulary: 'inputDim',
    masks: true,
  },
  Masking: { ...overSteps, rank: 'same', masks: true }, // which steps it masks depends on all channels
  CategoryEncoding: { ...overSteps, vocabulary: 'numTokens' }, // tokens become counts
  RNN: recurrent,
  SimpleRNN: recurrent,
  GRU: recurrent,
  LSTM: recurrent,
  ConvLSTM2D: convolutional,
  SimpleRNNCell: cellOf(recurrent),
  GRUCell: cellOf(recurrent),
  LSTMCell: cellOf(recurrent),
  ConvLSTM2DCell: cellOf(convolutional),
  TimeDistributed: { ...overSteps, wraps: ['layer'] },
  Bidirectional: { ...overSteps, wraps: ['forwardLayer', 'backwardLayer'] },
};
