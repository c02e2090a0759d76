import { tf } from '../../src/engine/index.js';

const { layers } = tf;

/** A small model of one layer kind: what is built on top of its input. */
export interface LayerKind {
  readonly name: string;
  /** Without the batch. */
  readonly input: readonly number[];
  /** Integers below 7 in place of real numbers: token ids. */
  readonly tokens?: boolean;
  /** Why the CPU backend's gradient is no oracle: it isn't the derivative of its own output. */
  readonly cpuIsWrong?: string;
  readonly build: () => tf.layers.Layer[];
}

const image = [6, 7, 3];
const volume = [5, 4, 6, 2];
const series = [6, 3];
const activations = [
  'relu',
  'relu6',
  'elu',
  'selu',
  'sigmoid',
  'hardSigmoid',
  'softplus',
  'softsign',
  'tanh',
  'softmax',
  'logSoftmax',
  'swish',
  'mish',
  'gelu',
  'gelu_new',
  'linear',
] as const;

/** Every layer kind that tfjs-layers can train, in the variants whose kernels differ. */
export const layerKinds: readonly LayerKind[] = [
  { name: 'dense', input: [5], build: () => [layers.dense({ units: 4 })] },
  { name: 'dense on a series', input: series, build: () => [layers.dense({ units: 4 })] },
  ...activations.map(
    (activation): LayerKind => ({
      name: `dense ${activation}`,
      input: [5],
      build: () => [layers.dense({ units: 4, activation: activation as 'relu' })],
    }),
  ),
  {
    name: 'conv1d',
    input: series,
    build: () => [layers.conv1d({ filters: 4, kernelSize: 3, padding: 'same' })],
  },
  {
    name: 'conv1d dilated',
    input: series,
    build: () => [
      layers.conv1d({ filters: 4, kernelSize: 2, dilationRate: 2, padding: 'same', activation: 'relu' }),
    ],
  },
  {
    name: 'conv2d',
    input: image,
    build: () => [layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same', activation: 'relu' })],
  },
  {
    name: 'conv2d strided, no bias',
    input: image,
    build: () => [layers.conv2d({ filters: 4, kernelSize: [3, 2], strides: 2, useBias: false })],
  },
  {
    name: 'conv2d 1x1 strided',
    input: image,
    build: () => [layers.conv2d({ filters: 4, kernelSize: 1, strides: 2 })],
  },
  {
    name: 'conv2d dilated',
    input: image,
    build: () => [layers.conv2d({ filters: 4, kernelSize: 2, dilationRate: 2 })],
  },
  {
    name: 'conv2d channels first',
    input: [3, 6, 7],
    build: () => [layers.conv2d({ filters: 4, kernelSize: 3, dataFormat: 'channelsFirst' })],
  },
  {
    name: 'conv3d',
    input: volume,
    build: () => [layers.conv3d({ filters: 3, kernelSize: 2, strides: 2, padding: 'same' })],
  },
  {
    name: 'conv3d dilated',
    input: volume,
    build: () => [
      layers.conv3d({ filters: 3, kernelSize: [2, 2, 3], dilationRate: [3, 2, 2], padding: 'same' }),
    ],
  },
  {
    name: 'conv3d dilated valid',
    input: volume,
    build: () => [layers.conv3d({ filters: 2, kernelSize: 2, dilationRate: 2 })],
  },
  {
    name: 'conv2d transpose',
    input: image,
    build: () => [layers.conv2dTranspose({ filters: 4, kernelSize: 3, strides: 2, padding: 'same' })],
  },
  {
    name: 'conv2d transpose valid',
    input: image,
    build: () => [layers.conv2dTranspose({ filters: 4, kernelSize: 2, strides: 3 })],
  },
  {
    name: 'conv3d transpose',
    input: volume,
    build: () => [layers.conv3dTranspose({ filters: 2, kernelSize: 2, strides: 2, padding: 'same' })],
  },
  {
    name: 'depthwise',
    input: image,
    build: () => [layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, padding: 'same' })],
  },
  {
    name: 'depthwise strided',
    input: image,
    build: () => [layers.depthwiseConv2d({ kernelSize: 3, strides: 2 })],
  },
  {
    name: 'depthwise dilated',
    input: image,
    build: () => [layers.depthwiseConv2d({ kernelSize: 2, dilationRate: 2 })],
  },
  {
    name: 'separable',
    input: image,
    build: () => [layers.separableConv2d({ filters: 4, kernelSize: 3, activation: 'relu' })],
  },
  {
    name: 'embedding',
    input: [6],
    tokens: true,
    build: () => [layers.embedding({ inputDim: 7, outputDim: 4 })],
  },
  {
    name: 'embedding masked, lstm',
    input: [6],
    tokens: true,
    build: () => [layers.embedding({ inputDim: 7, outputDim: 4, maskZero: true }), layers.lstm({ units: 3 })],
  },
  { name: 'simple rnn', input: series, build: () => [layers.simpleRNN({ units: 4, returnSequences: true })] },
  { name: 'gru', input: series, build: () => [layers.gru({ units: 4 })] },
  { name: 'lstm', input: series, build: () => [layers.lstm({ units: 4, returnSequences: true })] },
  {
    name: 'stacked cells',
    input: series,
    build: () => [
      layers.rnn({
        cell: layers.stackedRNNCells({
          cells: [layers.lstmCell({ units: 3 }), layers.gruCell({ units: 2 })],
        }),
      }),
    ],
  },
  {
    name: 'conv lstm',
    input: [3, 6, 5, 2],
    build: () => [layers.convLstm2d({ filters: 3, kernelSize: 3, padding: 'same' })],
  },
  {
    name: 'bidirectional',
    input: series,
    build: () => [
      layers.bidirectional({
        layer: layers.lstm({ units: 3, returnSequences: true }) as tf.RNN,
        mergeMode: 'concat',
      }),
    ],
  },
  {
    name: 'time distributed',
    input: series,
    build: () => [layers.timeDistributed({ layer: layers.dense({ units: 4 }) })],
  },
  {
    name: 'time distributed conv2d',
    input: [3, 6, 5, 2],
    build: () => [layers.timeDistributed({ layer: layers.conv2d({ filters: 3, kernelSize: 3 }) })],
  },
  { name: 'max pooling 1d', input: series, build: () => [layers.maxPooling1d({ poolSize: 2 })] },
  { name: 'average pooling 1d', input: series, build: () => [layers.averagePooling1d({ poolSize: 2 })] },
  {
    name: 'max pooling 2d',
    input: image,
    build: () => [layers.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' })],
  },
  {
    name: 'average pooling 2d',
    input: image,
    cpuIsWrong: 'it counts the padding of windows at the edge',
    build: () => [layers.averagePooling2d({ poolSize: 3, strides: 2, padding: 'same' })],
  },
  {
    name: 'max pooling 3d',
    input: volume,
    build: () => [layers.maxPooling3d({ poolSize: 2, strides: 2, padding: 'same' })],
  },
  {
    name: 'average pooling 3d',
    input: volume,
    cpuIsWrong: 'it counts the padding of windows at the edge',
    build: () => [layers.averagePooling3d({ poolSize: 2, strides: 2, padding: 'same' })],
  },
  { name: 'global max pooling 1d', input: series, build: () => [layers.globalMaxPooling1d()] },
  { name: 'global average pooling 1d', input: series, build: () => [layers.globalAveragePooling1d({})] },
  { name: 'global max pooling 2d', input: image, build: () => [layers.globalMaxPooling2d({})] },
  { name: 'global average pooling 2d', input: image, build: () => [layers.globalAveragePooling2d({})] },
  {
    name: 'upsampling',
    input: image,
    cpuIsWrong: 'it adds up the wrong pixels',
    build: () => [layers.upSampling2d({ size: [2, 3] })],
  },
  {
    name: 'upsampling bilinear',
    input: image,
    cpuIsWrong: 'it exchanges rows and columns',
    build: () => [layers.upSampling2d({ size: [2, 2], interpolation: 'bilinear' })],
  },
  { name: 'zero padding', input: image, build: () => [layers.zeroPadding2d({ padding: [1, 2] })] },
  {
    name: 'cropping',
    input: image,
    build: () => [
      layers.cropping2D({
        cropping: [
          [1, 2],
          [0, 1],
        ],
      }),
    ],
  },
  { name: 'batch normalization', input: image, build: () => [layers.batchNormalization({})] },
  { name: 'batch normalization of rows', input: [5], build: () => [layers.batchNormalization({})] },
  { name: 'layer normalization', input: image, build: () => [layers.layerNormalization({})] },
  {
    name: 'layer normalization of two axes',
    input: series,
    build: () => [layers.layerNormalization({ axis: [1, 2] })],
  },
  { name: 'relu', input: image, build: () => [layers.reLU({ maxValue: 1 })] },
  { name: 'leaky relu', input: image, build: () => [layers.leakyReLU({ alpha: 0.2 })] },
  { name: 'elu', input: image, build: () => [layers.elu()] },
  { name: 'prelu', input: image, build: () => [layers.prelu({ alphaInitializer: 'glorotUniform' })] },
  {
    name: 'prelu shared',
    input: image,
    build: () => [layers.prelu({ sharedAxes: [1, 2], alphaInitializer: 'glorotUniform' })],
  },
  { name: 'thresholded relu', input: image, build: () => [layers.thresholdedReLU({ theta: 0.5 })] },
  { name: 'activation', input: image, build: () => [layers.activation({ activation: 'tanh' })] },
  { name: 'softmax', input: series, build: () => [layers.softmax({ axis: 2 })] },
  {
    name: 'masking, lstm',
    input: series,
    build: () => [layers.masking({ maskValue: 0.5 }), layers.lstm({ units: 3 })],
  },
  {
    name: 'masking behind a kernel',
    input: series,
    build: () => [layers.dense({ units: 3 }), layers.masking(), layers.gru({ units: 2 })],
  },
  { name: 'rescaling', input: image, build: () => [layers.rescaling({ scale: 2, offset: 0.5 })] },
  { name: 'center crop', input: image, build: () => [layers.centerCrop({ height: 3, width: 4 })] },
  {
    name: 'category encoding',
    input: [6],
    tokens: true,
    build: () => [
      layers.categoryEncoding({ numTokens: 7, outputMode: 'multiHot' }),
      layers.dense({ units: 2 }),
    ],
  },
  {
    name: 'noise, turned off',
    input: series,
    build: () => [
      layers.gaussianNoise({ stddev: 0 }),
      layers.gaussianDropout({ rate: 0 }),
      layers.alphaDropout({ rate: 0 }),
      layers.spatialDropout1d({ rate: 0 }),
    ],
  },
  { name: 'dropout', input: image, build: () => [layers.dropout({ rate: 0.5, seed: 1 })] },
  {
    name: 'flatten, reshape, permute',
    input: image,
    build: () => [
      layers.permute({ dims: [3, 1, 2] }),
      layers.reshape({ targetShape: [6, 21] }),
      layers.flatten(),
    ],
  },
  { name: 'repeat vector', input: [5], build: () => [layers.repeatVector({ n: 3 })] },
];

/** Layers with two inputs of one shape [6, 3]. */
export const mergeKinds: Readonly<Record<string, () => tf.layers.Layer>> = {
  add: () => layers.add(),
  average: () => layers.average(),
  concatenate: () => layers.concatenate(),
  maximum: () => layers.maximum(),
  minimum: () => layers.minimum(),
  multiply: () => layers.multiply(),
  dot: () => layers.dot({ axes: 2 }),
};
