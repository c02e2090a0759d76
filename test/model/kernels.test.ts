import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as tf from '../../src/engine/tf.js';
import { findWeights, inputSpecs, lastActivations, outputSpecs } from '../../src/model/index.js';
import { startCpu } from '../cpu-engine.js';

before(startCpu);

const { layers } = tf;
const zeros = { recurrentInitializer: 'zeros' } as const;
const symbolic = (value: unknown): tf.SymbolicTensor => value as tf.SymbolicTensor;

/** `name kind axes edge` of every kernel, names without the numbers that tfjs adds. */
function kernels(model: tf.LayersModel): string[] {
  return findWeights(model)
    .filter(({ role }) => role === 'kernel')
    .map(({ name, kind, channelAxes, edge }) => `${name} ${kind} [${channelAxes}] ${edge}`);
}

function one(layer: tf.layers.Layer): tf.LayersModel {
  return tf.sequential({ layers: [layer] });
}

const KINDS: readonly [layer: () => tf.layers.Layer, expected: string[]][] = [
  [() => layers.dense({ inputShape: [4], units: 2, name: 'd' }), ['d/kernel Dense [1] first']],
  [
    () => layers.conv1d({ inputShape: [6, 4], filters: 2, kernelSize: 3, name: 'c' }),
    ['c/kernel Conv1D [2] first'],
  ],
  [
    () => layers.conv2d({ inputShape: [6, 6, 4], filters: 2, kernelSize: 3, name: 'c' }),
    ['c/kernel Conv2D [3] first'],
  ],
  [
    () => layers.conv3d({ inputShape: [4, 4, 4, 1], filters: 2, kernelSize: 3, name: 'c' }),
    ['c/kernel Conv3D [4] first'],
  ],
  [
    () => layers.conv2dTranspose({ inputShape: [6, 6, 4], filters: 2, kernelSize: 3, name: 'c' }),
    ['c/kernel Conv2DTranspose [2] first'],
  ],
  [
    () =>
      layers.conv3dTranspose({
        inputShape: [4, 4, 4, 1],
        filters: 2,
        kernelSize: 3,
        name: 'c',
      }) as tf.layers.Layer,
    ['c/kernel Conv3DTranspose [3] first'],
  ],
  [
    () => layers.depthwiseConv2d({ inputShape: [6, 6, 4], kernelSize: 3, name: 'c' }),
    ['c/depthwise_kernel DepthwiseConv2D [2,3] first'],
  ],
  [
    () => layers.separableConv2d({ inputShape: [6, 6, 4], filters: 2, kernelSize: 3, name: 'c' }),
    ['c/depthwise_kernel SeparableConv2D [2,3] first', 'c/pointwise_kernel SeparableConv2D [3] first'],
  ],
  [() => layers.embedding({ inputDim: 9, outputDim: 4, name: 'e' }), ['e/embeddings Embedding [1] first']],
  [
    () => layers.lstm({ inputShape: [5, 4], units: 3, name: 'r', ...zeros }),
    ['r/kernel LSTM [1] first', 'r/recurrent_kernel LSTM [1] first'],
  ],
  [
    () => layers.convLstm2d({ inputShape: [3, 6, 6, 2], filters: 2, kernelSize: 3, name: 'r', ...zeros }),
    ['r/kernel ConvLSTM2D [3] first', 'r/recurrent_kernel ConvLSTM2D [3] first'],
  ],
  [
    () =>
      layers.rnn({
        inputShape: [5, 4],
        cell: [layers.gruCell({ units: 3, ...zeros }), layers.simpleRNNCell({ units: 2, ...zeros })],
        name: 'r',
      }),
    [
      'r/RNNCell_0/kernel RNN [1] first',
      'r/RNNCell_0/recurrent_kernel RNN [1] first',
      'r/RNNCell_1/kernel RNN [1] first',
      'r/RNNCell_1/recurrent_kernel RNN [1] first',
    ],
  ],
  [
    () =>
      layers.bidirectional({
        inputShape: [5, 4],
        layer: layers.gru({ units: 3, name: 'g', ...zeros }) as tf.RNN,
        name: 'b',
        mergeMode: 'sum',
      }),
    [
      'b/forward_g/kernel GRU [1] first',
      'b/forward_g/recurrent_kernel GRU [1] first',
      'b/backward_g/kernel GRU [1] first',
      'b/backward_g/recurrent_kernel GRU [1] first',
    ],
  ],
  [
    () => layers.timeDistributed({ inputShape: [5, 4], layer: layers.dense({ units: 3 }), name: 't' }),
    ['t/kernel Dense [1] first'],
  ],
];

for (const [make, expected] of KINDS) {
  test(`finds the kernels of ${expected[0]}`, () => {
    const model = one(make());
    assert.deepEqual(kernels(model), expected);
    assert.equal(findWeights(model).length, model.weights.length);
  });
}

test('edges are the first and last kernels of the graph, whatever lies before and after', () => {
  const x = tf.input({ shape: [8, 8, 3], name: 'x' });
  const conv = (name: string, y: tf.SymbolicTensor): tf.SymbolicTensor =>
    symbolic(layers.conv2d({ filters: 3, kernelSize: 3, padding: 'same', name }).apply(y));
  const start = conv('a', symbolic(layers.zeroPadding2d({}).apply(x)));
  const middle = symbolic(
    layers.batchNormalization({ name: 'bn', trainable: false }).apply(conv('b', start)),
  );
  const sum = symbolic(layers.add().apply([start, middle]));
  const left = symbolic(layers.softmax().apply(conv('left', sum)));
  const right = symbolic(layers.flatten().apply(conv('right', conv('c', sum))));
  const model = tf.model({ inputs: x, outputs: [left, right] });
  assert.deepEqual(kernels(model), [
    'a/kernel Conv2D [3] first',
    'b/kernel Conv2D [3] null',
    'left/kernel Conv2D [3] last',
    'c/kernel Conv2D [3] null',
    'right/kernel Conv2D [3] last',
  ]);
  const floats = findWeights(model).filter(({ role }) => role === 'float');
  assert.equal(floats.find(({ name }) => name === 'bn/moving_mean')!.reason, 'BatchNorm statistic');
  assert.equal(floats.find(({ name }) => name === 'bn/gamma')!.reason, 'BatchNorm gamma');
  assert.equal(floats.find(({ name }) => name === 'a/bias')!.reason, 'bias');
  assert.ok(floats.every(({ edge, channelAxes }) => edge === null && channelAxes.length === 0));
  assert.deepEqual(
    findWeights(model).flatMap(({ name, atOutput }) => (atOutput ? [name] : [])),
    ['left/kernel', 'left/bias', 'right/kernel', 'right/bias'],
  );
  assert.deepEqual(
    lastActivations(model).map((last) => `${last!.activation} ${last!.layer.getClassName()}`),
    ['softmax Softmax', 'linear Conv2D'],
  );
});

test('nested models are unfolded and shared layers counted once', () => {
  const inner = tf.sequential({
    layers: [
      layers.dense({ inputShape: [4], units: 5, name: 'p' }),
      layers.dense({ units: 4, name: 'q', activation: 'sigmoid' }),
    ],
  });
  const x = tf.input({ shape: [4], name: 'x' });
  const model = tf.model({ inputs: x, outputs: symbolic(inner.apply(inner.apply(x))) });
  assert.deepEqual(kernels(model), ['p/kernel Dense [1] first', 'q/kernel Dense [1] last']);
  assert.equal(lastActivations(model)[0]!.activation, 'sigmoid');
  assert.equal(lastActivations(model)[0]!.layer.name, 'q');
});

test('a model over time is unfolded too', () => {
  const inner = tf.sequential({
    layers: [
      layers.dense({ inputShape: [4], units: 5, name: 'p' }),
      layers.dense({ units: 4, name: 'q', activation: 'tanh' }),
    ],
  });
  const model = tf.sequential({ layers: [layers.timeDistributed({ inputShape: [3, 4], layer: inner })] });
  assert.deepEqual(kernels(model), ['p/kernel Dense [1] first', 'q/kernel Dense [1] last']);
  assert.equal(lastActivations(model)[0]!.activation, 'tanh');
});

test('frozen layers can be quantized', () => {
  const model = tf.sequential({
    layers: [layers.dense({ inputShape: [4], units: 5, name: 'frozen', trainable: false })],
  });
  assert.deepEqual(kernels(model), ['frozen/kernel Dense [1] first']);
});

test('the activation of an output is found through what only passes it on', () => {
  const stack: tf.layers.Layer[][] = [
    [
      layers.dense({ inputShape: [4], units: 6 }),
      layers.activation({ activation: 'softmax' }),
      layers.reshape({ targetShape: [2, 3] }),
    ],
    [
      layers.dense({ inputShape: [4], units: 6, activation: 'sigmoid' }),
      layers.dropout({ rate: 0.5 }),
      layers.activation({ activation: 'linear' }),
    ],
    [layers.dense({ inputShape: [4], units: 6, activation: 'relu' }), layers.batchNormalization()],
    [layers.lstm({ inputShape: [4, 2], units: 6, ...zeros })],
    [
      layers.timeDistributed({
        inputShape: [4, 2],
        layer: layers.dense({ units: 2, activation: 'softmax' }),
      }),
    ],
    [layers.dense({ inputShape: [4], units: 6 }), layers.reLU()],
  ];
  const found = stack.map((each) => lastActivations(tf.sequential({ layers: each }))[0]!.activation);
  assert.deepEqual(found, ['softmax', 'sigmoid', 'linear', 'linear', 'softmax', 'relu']);
});

test('tells inputs and outputs of one sample', () => {
  const a = tf.input({ shape: [null, null, 3], name: 'a' });
  const b = tf.input({ shape: [5], name: 'b', dtype: 'int32' });
  const left = layers.conv2d({ filters: 2, kernelSize: 1, name: 'left' }).apply(a);
  const right = layers.embedding({ inputDim: 3, outputDim: 2, name: 'right' }).apply(b);
  const model = tf.model({ inputs: [a, b], outputs: [symbolic(left), symbolic(right)] });
  assert.deepEqual(inputSpecs(model), [
    { name: 'a', shape: [null, null, 3], dtype: 'float32' },
    { name: 'b', shape: [5], dtype: 'int32' },
  ]);
  assert.deepEqual(outputSpecs(model), [
    { name: 'left', shape: [null, null, 2] },
    { name: 'right', shape: [5, 2] },
  ]);
  assert.deepEqual(outputSpecs(one(layers.dense({ inputShape: [2], units: 3, name: 'only' }))), [
    { name: 'only', shape: [3] },
  ]);
});

test('what BatchNorm adds behind the last kernel lies at the output, and so does a lone kernel', () => {
  const model = tf.sequential({
    layers: [
      layers.dense({ units: 3, name: 'only', inputShape: [4] }),
      layers.batchNormalization({ name: 'bn' }),
    ],
  });
  const weights = findWeights(model);
  assert.ok(weights.length === 6 && weights.every(({ atOutput }) => atOutput));
  assert.deepEqual(kernels(model), ['only/kernel Dense [1] first']);
});
