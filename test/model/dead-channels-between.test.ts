import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import * as tf from '../../src/engine/tf.js';
import { startCpu } from '../cpu-engine.js';
import { filled, kill, prune, setAlong } from './pruned-model.js';

before(startCpu);

const { layers } = tf;
type Symbolic = tf.SymbolicTensor;
const CHANNELS = 5;

function call(layer: tf.layers.Layer, ...inputs: Symbolic[]): Symbolic {
  return layer.apply(inputs.length === 1 ? inputs[0]! : inputs) as Symbolic;
}

const conv = (options: object, x: Symbolic) =>
  call(layers.conv2d({ filters: CHANNELS, kernelSize: 1, ...options }), x);

const sequence = (...all: tf.layers.Layer[]): tf.layers.Layer => tf.sequential({ layers: all });

function nested(...all: tf.layers.Layer[]): tf.layers.Layer {
  const input = tf.input({ shape: [6, 6, CHANNELS] });
  return tf.model({ inputs: input, outputs: all.reduce((x, layer) => call(layer, x), input as Symbolic) });
}

/** Squeeze and excite: a factor for each channel, from the means of all. */
function squeezeExcite(x: Symbolic): Symbolic {
  const mean = call(layers.globalAveragePooling2d({ dataFormat: 'channelsLast' }), x);
  const squeezed = conv(
    { filters: 2, activation: 'relu' },
    call(layers.reshape({ targetShape: [1, 1, CHANNELS] }), mean),
  );
  return call(layers.multiply(), x, conv({ activation: 'sigmoid', name: 'excite' }, squeezed));
}

function hardSwish(x: Symbolic): Symbolic {
  const six = call(layers.reLU({ maxValue: 6 }), call(layers.rescaling({ scale: 1, offset: 3 }), x));
  return call(layers.multiply(), x, call(layers.rescaling({ scale: 1 / 6 }), six));
}

function relu(x: Symbolic): Symbolic {
  const twice = layers.reLU();
  return call(twice, conv({ filters: 7 }, call(twice, x)));
}

/** Layers between `one`, whose second channel is dead, and `two`. */
interface Between {
  readonly name: string;
  apply(x: Symbolic): Symbolic;
  /** The dead channel is 0; unless told it has its bias. */
  readonly zero?: true;
  /** Channels of all kernels that go with it; 1 unless told. */
  readonly removed?: number;
  /** Channels that `two` has left to read. */
  readonly reads: number;
}

const activation = (name: string) => (x: Symbolic) =>
  call(layers.activation({ activation: name as 'relu' }), x);
const prelu = (sharedAxes: number[]) => (x: Symbolic) => call(layers.prelu({ sharedAxes } as object), x);
const reshape = (targetShape: number[]) => (x: Symbolic) => call(layers.reshape({ targetShape }), x);
const perStep = (layer: tf.layers.Layer) => (x: Symbolic) => call(layers.timeDistributed({ layer }), x);

const between: Between[] = [
  { name: 'PReLU with a slope a channel', apply: prelu([1, 2]), reads: 4 },
  { name: 'PReLU with a slope a value, positive', apply: prelu([]), zero: true, reads: 4 },
  { name: 'PReLU with one slope', apply: prelu([1, 2, 3]), reads: 4 },
  { name: 'an activation layer that is called twice', apply: relu, reads: 7 },
  { name: 'squeeze and excite', apply: squeezeExcite, zero: true, removed: 2, reads: 4 },
  {
    name: 'a gate of one channel',
    apply: (x) => call(layers.multiply(), x, conv({ filters: 1 }, x)),
    zero: true,
    reads: 4,
  },
  { name: 'hard swish in four layers', apply: hardSwish, reads: 4 },
  { name: 'TimeDistributed(Dense)', apply: perStep(layers.dense({ units: 4 })), reads: 4 },
  { name: 'TimeDistributed(MaxPooling1D)', apply: perStep(layers.maxPooling1d({ poolSize: 2 })), reads: 4 },
  {
    name: 'TimeDistributed of a model',
    apply: (x) =>
      perStep(sequence(layers.conv1d({ filters: 3, kernelSize: 2, inputShape: [6, CHANNELS] })))(x),
    reads: 3,
  },
  { name: 'Reshape of the positions', apply: reshape([4, 9, CHANNELS]), reads: 4 },
  {
    name: 'Reshape that puts 3 positions beside the channels',
    apply: reshape([6, 2, 3 * CHANNELS]),
    reads: 12,
  },
  { name: 'Reshape with an open size', apply: reshape([-1, 4, CHANNELS]), reads: 4 },
  {
    name: 'Reshape of what was flattened',
    apply: (x) => reshape([6, 6, CHANNELS])(call(layers.flatten(), x)),
    reads: 4,
  },
  { name: 'Permute of the positions', apply: (x) => call(layers.permute({ dims: [2, 1, 3] }), x), reads: 4 },
  { name: 'Rescaling', apply: (x) => call(layers.rescaling({ scale: 2, offset: 0.5 }), x), reads: 4 },
  { name: 'mish', apply: activation('mish'), reads: 4 },
  { name: 'gelu', apply: activation('gelu'), reads: 4 },
  {
    name: 'Concatenate with a branch whose channels all stay',
    apply: (x) => call(layers.concatenate(), call(layers.layerNormalization(), conv({}, x)), x),
    reads: 9,
  },
  {
    name: 'SeparableConv2D with a multiplier',
    apply: (x) => call(layers.separableConv2d({ filters: 4, kernelSize: 3, depthMultiplier: 2 }), x),
    reads: 4,
  },
  { name: 'a model', apply: (x) => call(nested(layers.conv2d({ filters: 4, kernelSize: 2 })), x), reads: 4 },
  {
    name: 'a Sequential model that begins with a layer of its own',
    apply: (x) =>
      call(sequence(layers.conv2d({ filters: 4, kernelSize: 2, inputShape: [6, 6, CHANNELS] })), x),
    reads: 4,
  },
  {
    name: 'a model that is called twice',
    apply: (x) => {
      const model = nested(layers.batchNormalization(), layers.activation({ activation: 'tanh' }));
      return call(layers.add(), call(model, x), call(model, x));
    },
    reads: 4,
  },
];

function withBetween(apply: Between['apply'], zero = false): tf.LayersModel {
  const input = tf.input({ shape: [6, 6, 3] });
  const x = apply(conv({ name: 'one', kernelSize: 3, padding: 'same' }, input));
  const model = tf.model({ inputs: input, outputs: conv({ name: 'two', filters: 2 }, x) });
  return filled(model, () => {
    kill(model, 'one', [1]);
    if (zero) setAlong(model, 'one/bias', 0, [1], 0);
  });
}

describe('a dead channel goes through', () => {
  for (const { name, apply, zero, removed = 1, reads } of between) {
    it(name, async () => {
      const pruned = await prune(withBetween(apply, zero));
      assert.equal(pruned.removed, removed);
      assert.deepEqual(pruned.left, []);
      assert.deepEqual(pruned.shapes['one/kernel'], [3, 3, 3, CHANNELS - 1]);
      assert.deepEqual(pruned.shapes['two/kernel'], [1, 1, reads, 2]);
    });
  }
});

/** A kernel of the input's width that is called twice, one call after the other. */
function calledTwice(change: (model: tf.LayersModel) => void): tf.LayersModel {
  const input = tf.input({ shape: [6, 6, 3] });
  const shared = layers.conv2d({
    name: 'shared',
    filters: 3,
    kernelSize: 3,
    padding: 'same',
    activation: 'relu',
  });
  const once = call(shared, conv({ name: 'one', filters: 3, activation: 'relu' }, input));
  const model = tf.model({ inputs: input, outputs: conv({ name: 'two', filters: 2 }, call(shared, once)) });
  return filled(model, () => {
    kill(model, 'one', [0]);
    kill(model, 'shared', [0]);
    change(model);
  });
}

describe('a kernel that is called twice', () => {
  it('loses channels that are the same constant to both calls', async () => {
    const pruned = await prune(
      calledTwice((model) => {
        setAlong(model, 'one/bias', 0, [0], -1);
        setAlong(model, 'shared/bias', 0, [0], -2);
      }),
    );
    assert.equal(pruned.removed, 2);
    assert.deepEqual(pruned.shapes['shared/kernel'], [3, 3, 2, 2]);
    assert.deepEqual(pruned.shapes['two/kernel'], [1, 1, 2, 2]);
  });

  it('keeps those that are another constant to each', async () => {
    const pruned = await prune(
      calledTwice((model) => {
        setAlong(model, 'one/bias', 0, [0], -1);
        setAlong(model, 'shared/bias', 0, [0], 2);
      }),
    );
    assert.equal(pruned.removed, 0);
    const reason = 'what shared (Conv2D) reads of them varies';
    assert.deepEqual(pruned.left, [
      { layer: 'one', channels: 1, reason },
      { layer: 'shared', channels: 1, reason },
    ]);
  });
});

describe('the reason why a dead channel stays', () => {
  const reasonFor = async (apply: Between['apply'], zero = false): Promise<string[]> => {
    const { removed, left } = await prune(withBetween(apply, zero));
    assert.equal(removed, 0);
    return left.filter(({ layer }) => layer === 'one').map(({ reason }) => reason);
  };

  it('is a layer that needs every channel', async () => {
    const normalization = layers.layerNormalization({ name: 'norm' });
    assert.deepEqual(await reasonFor((x) => call(normalization, x)), [
      'norm (LayerNormalization) needs every channel',
    ]);
  });

  it('is a layer of which nothing is known', async () => {
    const rows = layers.bidirectional({
      name: 'both',
      layer: layers.gru({ units: 2, returnSequences: true }) as tf.RNN,
      mergeMode: 'concat',
    });
    assert.deepEqual(await reasonFor((x) => reshape([6, 6, 4])(call(rows, reshape([36, CHANNELS])(x)))), [
      'both (Bidirectional) is not known to take each channel by itself',
    ]);
  });

  it('is the border that zeros make, of a kernel or on the way to one', async () => {
    const deep = layers.depthwiseConv2d({ name: 'deep', kernelSize: 3, padding: 'same' });
    const padded = layers.conv2d({ name: 'padded', filters: 4, kernelSize: 3, padding: 'same' });
    for (const [layer, name] of [
      [deep, 'deep (DepthwiseConv2D)'],
      [padded, 'padded (Conv2D)'],
    ] as const)
      assert.deepEqual(await reasonFor((x) => call(layer, x)), [
        `${name} pads them with zeros, from which they differ`,
      ]);
    const zeros = layers.zeroPadding2d({ name: 'zeros' });
    assert.deepEqual(await reasonFor((x) => call(zeros, x)), [
      'zeros (ZeroPadding2D) makes them vary from place to place',
    ]);
  });

  it('is what a channel is added to', async () => {
    const sum = layers.add({ name: 'sum' });
    assert.deepEqual(await reasonFor((x) => call(sum, x, conv({}, x))), [
      'sum (Add) puts them together with channels that vary',
    ]);
  });

  it("is the model's output", async () => {
    const input = tf.input({ shape: [6, 6, 3] });
    const model = tf.model({ inputs: input, outputs: conv({ name: 'one' }, input) });
    const { left } = await prune(filled(model, () => kill(model, 'one', [1, 2])));
    assert.deepEqual(left, [{ layer: 'one', channels: 2, reason: "they are the model's output" }]);
  });
});
