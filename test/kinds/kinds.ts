import * as tf from '../../src/engine/tf.js';
import {
  classesOf,
  classified,
  FEATURES,
  lines,
  normals,
  oneHot,
  regressed,
  scores,
  tagged,
  valuesOf,
} from './drawn.js';
import type { Kind } from './kind.js';

const { layers } = tf;
type Node = tf.SymbolicTensor;

const chain = (...stack: tf.layers.Layer[]) => tf.sequential({ layers: stack });
const hidden = (units = 24) => layers.dense({ units, activation: 'relu', inputShape: [FEATURES] });
const through = (x: Node, ...stack: tf.layers.Layer[]): Node =>
  stack.reduce((value, layer) => layer.apply(value) as Node, x);

const convolved = (last: tf.layers.Layer) =>
  chain(
    layers.conv2d({ filters: 6, kernelSize: 3, activation: 'relu', inputShape: [8, 8, 3] }),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.flatten(),
    last,
  );

const recurrent = (args: { inputShape?: number[]; batchInputShape?: number[]; stateful?: boolean }) =>
  chain(layers.lstm({ units: 8, ...args }), layers.dense({ units: 2, activation: 'softmax' }));

/** Every kind, with the labels that fit it. */
export const kinds: readonly Kind[] = [
  {
    name: 'image classifier',
    oracles: ['largest'],
    labels: ['class numbers', 'values', 'image folders'],
    draw: (random, count) => {
      const { images, labels } = lines(random, count, 3);
      return { inputs: [images], targets: [oneHot(labels, 3)] };
    },
    build: () => convolved(layers.dense({ units: 3, activation: 'softmax' })),
    steps: 40,
  },
  {
    name: 'one logit',
    oracles: ['logit'],
    labels: ['class numbers', 'values', 'image folders'],
    draw: (random, count) => {
      const { images, labels } = lines(random, count, 2);
      return { inputs: [images], targets: [valuesOf([count, 1], (row) => labels[row]!)] };
    },
    build: () => convolved(layers.dense({ units: 1 })),
    steps: 40,
  },
  {
    name: 'several labels a sample',
    oracles: ['probability'],
    labels: ['values'],
    draw: (random, count) => {
      const x = normals(random, [count, FEATURES]);
      const { values, shape } = scores(x, 4, random);
      return { inputs: [x], targets: [valuesOf(shape, (i) => Number(values[i]! > 0.2))] };
    },
    build: () => chain(hidden(), layers.dense({ units: 4, activation: 'sigmoid' })),
    steps: 120,
  },
  {
    name: 'sigmoids with one class a sample',
    oracles: ['largest'],
    labels: ['class numbers', 'values'],
    draw: (random, count) => classified(random, count, 5),
    build: () => chain(hidden(32), layers.dense({ units: 5, activation: 'sigmoid' })),
    steps: 120,
  },
  {
    name: 'sigmoid regression',
    oracles: ['r2'],
    labels: ['values'],
    draw: (random, count) => {
      const code = normals(random, [count, 3]);
      const { values, shape } = scores(code, FEATURES, random);
      const x = valuesOf(shape, (i) => 1 / (1 + Math.exp(-values[i]!)));
      return { inputs: [x], targets: [x] };
    },
    build: () =>
      chain(hidden(), layers.dense({ units: 4 }), layers.dense({ units: FEATURES, activation: 'sigmoid' })),
    steps: 150,
  },
  {
    name: 'regression with an offset',
    oracles: ['r2'],
    labels: ['values'],
    draw: (random, count) => regressed(random, count),
    build: () => chain(hidden(), layers.dense({ units: 1 })),
    columns: [{ unit: 1, offset: 2000 }],
    steps: 150,
  },
  {
    name: 'two targets, 1000 : 1',
    oracles: ['r2'],
    labels: ['values'],
    draw: (random, count) => regressed(random, count, 2),
    build: () => chain(hidden(), layers.dense({ units: 2 })),
    columns: [
      { unit: 1000, offset: 0 },
      { unit: 1, offset: 0 },
    ],
    steps: 150,
  },
  {
    name: 'class and value',
    oracles: ['largest', 'r2'],
    labels: ['values'],
    draw: (random, count) => {
      const x = normals(random, [count, FEATURES]);
      const { values, shape } = scores(x, 4, random);
      const [width] = [shape[1]!];
      const classes = classesOf(valuesOf([count, 3], (i) => values[Math.floor(i / 3) * width + (i % 3)]!));
      return {
        inputs: [x],
        targets: [oneHot(classes, 3), valuesOf([count, 1], (row) => values[row * width + 3]!)],
      };
    },
    build: () => {
      const inputs = tf.input({ shape: [FEATURES] });
      const shared = through(inputs, hidden());
      const kind = layers.dense({ units: 3, activation: 'softmax', name: 'kind' });
      const size = layers.dense({ units: 1, name: 'size' });
      return tf.model({ inputs, outputs: [through(shared, kind), through(shared, size)] });
    },
    steps: 150,
  },
  {
    name: 'tagger of padded sequences',
    oracles: ['largest'],
    labels: ['values'],
    draw: tagged,
    build: () =>
      chain(
        layers.embedding({ inputDim: 20, outputDim: 6, maskZero: true, inputLength: 8 }),
        layers.simpleRNN({ units: 12, returnSequences: true }),
        layers.dense({ units: 2, activation: 'softmax' }),
      ),
    padded: true,
    steps: 50,
  },
  {
    name: 'shared encoder with BatchNorm',
    oracles: ['r2'],
    labels: ['values'],
    draw: (random, count) => {
      const [left, wide] = [normals(random, [count, 6]), normals(random, [count, 6])];
      const right = valuesOf(wide.shape, (i) => 3 + 2 * wide.values[i]!);
      const y = valuesOf([count, 1], (row) => left.values[6 * row]! + 0.5 * right.values[6 * row]!);
      return { inputs: [left, right], targets: [y] };
    },
    build: () => {
      const inputs = [tf.input({ shape: [6] }), tf.input({ shape: [6] })];
      const encoder = [
        layers.dense({ units: 16 }),
        layers.batchNormalization({ momentum: 0.9 }),
        layers.reLU(),
      ];
      const both = inputs.map((input) => through(input, ...encoder));
      const joined = layers.concatenate().apply(both) as Node;
      return tf.model({ inputs, outputs: through(joined, layers.dense({ units: 1 })) });
    },
    steps: 120,
  },
  {
    name: 'nested model',
    oracles: ['largest'],
    labels: ['class numbers', 'values'],
    draw: classified,
    build: () =>
      chain(
        chain(hidden(), layers.batchNormalization({ momentum: 0.8 })),
        chain(layers.dense({ units: 3, activation: 'softmax', inputShape: [24] })),
      ),
    steps: 100,
  },
  {
    name: 'stateful LSTM',
    oracles: ['largest'],
    labels: ['class numbers', 'values'],
    draw: (random, count) => {
      const x = normals(random, [count, 4, 2]);
      return { inputs: [x], targets: [oneHot(classesOf(scores(x, 2, random)), 2)] };
    },
    build: () => recurrent({ inputShape: [4, 2] }),
    saved: () => recurrent({ batchInputShape: [1, 4, 2], stateful: true }),
    steps: 100,
  },
  {
    name: 'GraphModel classifier',
    oracles: ['largest'],
    labels: ['class numbers', 'values'],
    draw: classified,
    build: () => chain(hidden(), layers.dense({ units: 3, activation: 'softmax' })),
    graph: true,
    steps: 100,
  },
  {
    name: 'GraphModel regression',
    oracles: ['r2'],
    labels: ['values'],
    draw: (random, count) => regressed(random, count, 2),
    build: () => chain(hidden(), layers.dense({ units: 2 })),
    graph: true,
    steps: 150,
  },
];
