import type { Config } from '../topology/layer-entry.js';

/** A layer of Keras 3 that computes what a layer of tfjs does. */
export interface Counterpart {
  /** Its class; absent: of the same name. */
  readonly className?: string;
  /** Options that both have under the same name. */
  readonly options: readonly string[];
  /** Options that Keras 3 has under another name, or with another default. */
  readonly others?: (config: Config) => Config;
}

const same = (...options: readonly string[]): Counterpart => ({ options });

/** Keras takes the order of dimensions from the user's settings where a file doesn't say it. */
const ordered = (...options: readonly string[]): Counterpart => ({
  options,
  others: ({ data_format: format }) => ({ data_format: format ?? 'channels_last' }),
});

const WINDOW = ['kernel_size', 'strides', 'padding', 'dilation_rate', 'activation', 'use_bias'];
const convolution = ordered('filters', ...WINDOW);
const pooling = ordered('pool_size', 'strides', 'padding');
const globalPooling = ordered();

const CELL = ['units', 'activation', 'use_bias', 'dropout', 'recurrent_dropout'];
const STEPS = ['return_sequences', 'return_state', 'go_backwards', 'stateful'];

/** Defaults of tfjs, which differ from those of Keras 3. */
const gated = ({ recurrent_activation: gates }: Config): Config => ({
  recurrent_activation: gates ?? 'hard_sigmoid',
});
const gru = (config: Config): Config => ({ ...gated(config), reset_after: config.reset_after === true });

/** Layers of tfjs that Keras 3 has as well, by their class in tfjs. */
export const counterparts: Readonly<Record<string, Counterpart>> = {
  Dense: same('units', 'activation', 'use_bias'),
  Conv1D: convolution,
  Conv2D: convolution,
  Conv3D: convolution,
  Conv2DTranspose: convolution,
  Conv3DTranspose: convolution,
  SeparableConv2D: ordered('filters', 'depth_multiplier', ...WINDOW),
  DepthwiseConv2D: ordered('depth_multiplier', ...WINDOW),
  Activation: same('activation'),
  ReLU: same('max_value'),
  LeakyReLU: { options: [], others: ({ alpha }) => ({ negative_slope: alpha ?? 0.3 }) },
  PReLU: same('shared_axes'),
  ELU: same('alpha'),
  ThresholdedReLU: { className: 'ReLU', options: [], others: ({ theta }) => ({ threshold: theta ?? 1 }) },
  Softmax: same('axis'),
  BatchNormalization: same('axis', 'momentum', 'epsilon', 'center', 'scale'),
  LayerNormalization: same('axis', 'epsilon', 'center', 'scale'),
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
  Dropout: same('rate', 'noise_shape'),
  SpatialDropout1D: same('rate'),
  GaussianDropout: same('rate'),
  AlphaDropout: same('rate'),
  GaussianNoise: same('stddev'),
  Add: same(),
  Multiply: same(),
  Average: same(),
  Maximum: same(),
  Minimum: same(),
  Subtract: same(),
  Concatenate: same('axis'),
  Dot: same('axes', 'normalize'),
  Flatten: ordered(),
  Reshape: {
    options: [],
    others: ({ target_shape: shape }) => ({
      target_shape: [shape].flat().map((size) => size ?? -1),
    }),
  },
  Permute: same('dims'),
  RepeatVector: same('n'),
  Rescaling: { options: ['scale'], others: ({ offset }) => ({ offset: offset ?? 0 }) },
  CenterCrop: ordered('height', 'width'),
  Cropping2D: ordered('cropping'),
  UpSampling2D: ordered('size', 'interpolation'),
  ZeroPadding2D: ordered('padding'),
  Embedding: same('input_dim', 'output_dim', 'mask_zero'),
  Masking: same('mask_value'),
  CategoryEncoding: same('num_tokens', 'output_mode'),
  SimpleRNN: same(...CELL, ...STEPS, 'unroll'),
  GRU: { options: [...CELL, ...STEPS, 'unroll'], others: gru },
  LSTM: { options: [...CELL, ...STEPS, 'unroll', 'unit_forget_bias'], others: gated },
  ConvLSTM2D: {
    options: ['filters', ...WINDOW, 'unit_forget_bias', 'dropout', 'recurrent_dropout', ...STEPS],
    others: (config) => ({ ...gated(config), data_format: config.data_format ?? 'channels_last' }),
  },
  SimpleRNNCell: same(...CELL),
  GRUCell: { options: CELL, others: gru },
  LSTMCell: { options: [...CELL, 'unit_forget_bias'], others: gated },
  RNN: same('cell', ...STEPS, 'unroll'),
  StackedRNNCells: same('cells'),
  TimeDistributed: same('layer'),
  Bidirectional: same('layer', 'merge_mode'),
};

/** Layers of tfjs that Keras 3 has none for, with the reason. */
export const withoutCounterpart: Readonly<Record<string, string>> = {
  ConvLSTM2DCell: 'Keras 3 has ConvLSTM2D as a whole, not its cell',
  Resizing: 'stock tfjs-layers cannot run it in a model',
  RandomWidth: 'stock tfjs-layers cannot run it in a model',
};

/** Activations of Keras 3 by their names in tfjs. */
export const activations: Readonly<Record<string, string>> = {
  linear: 'linear',
  relu: 'relu',
  relu6: 'relu6',
  elu: 'elu',
  selu: 'selu',
  sigmoid: 'sigmoid',
  hard_sigmoid: 'hard_sigmoid',
  softplus: 'softplus',
  softsign: 'softsign',
  tanh: 'tanh',
  softmax: 'softmax',
  log_softmax: 'log_softmax',
  swish: 'silu',
  mish: 'mish',
  gelu: 'gelu',
};
