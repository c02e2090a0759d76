import { neverFuses, noActivation, notHomogeneous } from './activations.js';
import { kernelless } from './kernelless.js';
import type { LayerKind } from './layer-kind.js';

const overSteps: LayerKind = {
  ...kernelless,
  rank: null,
  activation: noActivation, // a recurrent layer has one, but inside
  fusesAs: neverFuses,
  isHomogeneous: notHomogeneous,
  channelRule: null,
  random: [],
  takesDefaults: false,
};

/** Gates side by side: [in, gates * units] and [units, gates * units]. */
const recurrent: LayerKind = { ...overSteps, kernels: { kernel: [1], recurrent_kernel: [1] } };
/** [height, width, in, gates * filters] and [height, width, filters, gates * filters] */
const convolutional: LayerKind = { ...overSteps, kernels: { kernel: [3], recurrent_kernel: [3] } };

/** The cell of a recurrent layer: it has the weights, and the amounts that are dropped. */
const cellOf = (layer: LayerKind): LayerKind => ({ ...layer, random: ['dropout', 'recurrentDropout'] });

/** Layers over words or steps, the cells of recurrent ones, and wrappers. */
export const sequenceLayers: Readonly<Record<string, LayerKind>> = {
  Embedding: { ...overSteps, kernels: { embeddings: [1] }, vocabulary: 'inputDim', masks: true }, // [words, dimensions]
  Masking: { ...overSteps, rank: 'same', masks: true }, // which steps it masks depends on all channels
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
