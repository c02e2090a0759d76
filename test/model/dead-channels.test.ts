import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import fc from 'fast-check';
import * as tf from '../../src/engine/tf.js';
import { countMultiplications, readModel, removeDeadChannels, toLayersModel } from '../../src/model/index.js';
import { layerKindOf } from '../../src/model/layers/index.js';
import { startCpu } from '../cpu-engine.js';
import { fillWeights, saveModel } from './model-folder.js';
import { filled, kill, prune, setAlong } from './pruned-model.js';

before(startCpu);

const { layers } = tf;
const symbolic = (value: unknown): tf.SymbolicTensor => value as tf.SymbolicTensor;

const conv = (name: string, filters: number, options: object = {}) =>
  layers.conv2d({ name, filters, kernelSize: 3, ...options });
const onImages = (...all: tf.layers.Layer[]) =>
  tf.sequential({ layers: [layers.inputLayer({ inputShape: [6, 6, 3] }), ...all] });

/** `shapes`: of kernels afterwards. */
interface Case {
  readonly name: string;
  build(): tf.LayersModel;
  readonly removed: number;
  readonly left?: number;
  readonly shapes: Readonly<Record<string, number[]>>;
}

const cases: Case[] = [
  {
    name: 'a constant goes through BatchNorm, activation and pooling into the bias of a valid convolution',
    build: () =>
      filled(
        onImages(
          conv('one', 4),
          layers.batchNormalization({ name: 'bn' }),
          layers.activation({ activation: 'tanh' }),
          layers.averagePooling2d({ poolSize: 2, padding: 'same' }),
          layers.maxPooling2d({ poolSize: 2, strides: 1, padding: 'same' }),
          conv('two', 2, { kernelSize: 2 }),
        ),
        (model) => kill(model, 'one', [0, 2]),
      ),
    removed: 2,
    shapes: { 'one/kernel': [3, 3, 3, 2], 'bn/gamma': [2], 'two/kernel': [2, 2, 2, 2] },
  },
  {
    name: 'through zero padding only a constant 0 goes: relu of a negative bias, not of a positive one',
    build: () =>
      filled(
        onImages(conv('one', 4, { activation: 'relu' }), conv('two', 2, { padding: 'same' })),
        (model) => {
          kill(model, 'one', [1, 3]);
          setAlong(model, 'one/bias', 0, [1], -0.5);
          setAlong(model, 'one/bias', 0, [3], 0.5);
        },
      ),
    removed: 1,
    left: 1,
    shapes: { 'one/kernel': [3, 3, 3, 3], 'two/kernel': [3, 3, 3, 2] },
  },
  {
    name: 'a depthwise layer with a multiplier loses all that it makes of the channel',
    build: () =>
      filled(
        onImages(
          conv('one', 4, { useBias: false, activation: 'relu' }),
          layers.depthwiseConv2d({ name: 'deep', kernelSize: 3, padding: 'same', depthMultiplier: 2 }),
          layers.batchNormalization({ name: 'bn' }),
          conv('two', 2, { kernelSize: 1, padding: 'same', useBias: false }),
        ),
        (model) => kill(model, 'one', [2]),
      ),
    removed: 3,
    shapes: { 'one/kernel': [3, 3, 3, 3], 'deep/depthwise_kernel': [3, 3, 3, 2], 'two/bias': [2] },
  },
  {
    name: 'a dead depthwise channel takes what feeds it along',
    build: () =>
      filled(
        onImages(
          conv('one', 3),
          layers.depthwiseConv2d({ name: 'deep', kernelSize: 3 }),
          layers.globalAveragePooling2d({}),
          layers.dense({ name: 'end', units: 2, activation: 'softmax' }),
        ),
        (model) => setAlong(model, 'deep/depthwise_kernel', 2, [1], 0),
      ),
    removed: 2,
    shapes: { 'one/kernel': [3, 3, 3, 2], 'end/kernel': [2, 2] },
  },
  {
    name: 'Flatten: a dense kernel loses the rows of the channel at every position',
    build: () =>
      filled(
        onImages(
          conv('one', 3),
          layers.flatten(),
          layers.dropout({ rate: 0.5 }),
          layers.dense({ name: 'end', units: 2 }),
        ),
        (model) => kill(model, 'one', [0]),
      ),
    removed: 1,
    shapes: { 'one/kernel': [3, 3, 3, 2], 'end/kernel': [32, 2] },
  },
  {
    name: 'gamma 0 makes a constant of what varies',
    build: () =>
      filled(onImages(conv('one', 3), layers.batchNormalization({ name: 'bn' }), conv('two', 2)), (model) =>
        setAlong(model, 'bn/gamma', 0, [1], 0),
      ),
    removed: 1,
    shapes: { 'one/kernel': [3, 3, 3, 2], 'bn/beta': [2], 'two/kernel': [3, 3, 2, 2] },
  },
  {
    name: 'a channel that the next kernel takes no notice of goes',
    build: () =>
      filled(onImages(conv('one', 3), conv('two', 2, { padding: 'same' })), (model) =>
        kill(model, 'two', [2], 2),
      ),
    removed: 1,
    shapes: { 'one/kernel': [3, 3, 3, 2], 'two/kernel': [3, 3, 2, 2] },
  },
  {
    name: 'a constant that comes of constants goes too, and one channel stays where none is alive',
    build: () =>
      filled(onImages(conv('one', 3), conv('two', 3), conv('three', 2)), (model) =>
        kill(model, 'one', [0, 1, 2]),
      ),
    removed: 4,
    left: 4,
    shapes: { 'one/kernel': [3, 3, 3, 1], 'two/kernel': [3, 3, 1, 1], 'three/kernel': [3, 3, 1, 2] },
  },
  {
    name: "the model's output keeps its channels, dead or not",
    build: () => filled(onImages(conv('one', 3)), (model) => kill(model, 'one', [1])),
    removed: 0,
    left: 1,
    shapes: { 'one/kernel': [3, 3, 3, 3] },
  },
  {
    name: 'Add needs a channel that is dead on one side only',
    build: () => {
      const input = tf.input({ shape: [6, 6, 3] });
      const sides = ['left', 'right'].map((name) => symbolic(conv(name, 4).apply(input)));
      const sum = layers.add().apply(sides);
      const model = tf.model({
        inputs: input,
        outputs: symbolic(conv('end', 2).apply(sum as tf.SymbolicTensor)),
      });
      return filled(model, () => {
        kill(model, 'left', [1, 2]);
        kill(model, 'right', [2, 3]);
      });
    },
    removed: 2,
    left: 2,
    shapes: { 'left/kernel': [3, 3, 3, 3], 'right/kernel': [3, 3, 3, 3], 'end/kernel': [3, 3, 3, 2] },
  },
  {
    name: 'a gate that multiplies a channel of zeros goes with it',
    build: () => {
      const input = tf.input({ shape: [6, 6, 3] });
      const [body, gate] = ['body', 'gate'].map((name) =>
        symbolic(conv(name, 3, { useBias: false }).apply(input)),
      );
      const product = layers.multiply().apply([body!, gate!]) as tf.SymbolicTensor;
      const end = conv('end', 2, { padding: 'same' }).apply(product);
      return filled(tf.model({ inputs: input, outputs: symbolic(end) }), (model) => kill(model, 'body', [0]));
    },
    removed: 2,
    shapes: { 'body/kernel': [3, 3, 3, 2], 'gate/kernel': [3, 3, 3, 2], 'end/kernel': [3, 3, 2, 2] },
  },
  {
    name: 'Concatenate leads each channel on to its place',
    build: () => {
      const input = tf.input({ shape: [6, 6, 3] });
      const parts = ['left', 'right'].map((name) => symbolic(conv(name, 3).apply(input)));
      const all = layers
        .concatenate()
        .apply([...parts, symbolic(layers.cropping2D({ cropping: 1 }).apply(input))]);
      const end = conv('end', 2).apply(all as tf.SymbolicTensor);
      return filled(tf.model({ inputs: input, outputs: symbolic(end) }), (model) => {
        kill(model, 'left', [0]);
        kill(model, 'right', [1, 2]);
      });
    },
    removed: 3,
    shapes: { 'left/kernel': [3, 3, 3, 2], 'right/kernel': [3, 3, 3, 1], 'end/kernel': [3, 3, 6, 2] },
  },
  {
    name: 'an output half-way keeps its channels, later ones go',
    build: () => {
      const input = tf.input({ shape: [6, 6, 3] });
      const one = symbolic(conv('one', 3).apply(input));
      const two = symbolic(conv('two', 3).apply(one));
      const end = symbolic(
        layers.dense({ name: 'end', units: 2 }).apply(symbolic(layers.flatten().apply(two))),
      );
      const model = tf.model({ inputs: input, outputs: [one, end] });
      return filled(model, () => {
        kill(model, 'one', [0]);
        kill(model, 'two', [0]);
      });
    },
    removed: 1,
    left: 1,
    shapes: { 'one/kernel': [3, 3, 3, 3], 'two/kernel': [3, 3, 3, 2], 'end/kernel': [8, 2] },
  },
  {
    name: 'in and behind a nested model, a separable and a transposed convolution lose what they make',
    build: () => {
      const inner = onImages(
        layers.separableConv2d({
          name: 'apart',
          filters: 3,
          kernelSize: 3,
          padding: 'same',
          activation: 'relu',
        }),
        layers.conv2dTranspose({ name: 'wide', filters: 3, kernelSize: 2, useBias: false }),
        conv('inner', 3),
      );
      const model = tf.sequential({ layers: [inner, conv('outer', 2)] });
      return filled(model, () => {
        setAlong(model, 'apart/pointwise_kernel', 3, [1], 0);
        setAlong(model, 'apart/bias', 0, [1], -1);
        kill(model, 'wide', [0, 2], 2);
        kill(model, 'inner', [0]);
      });
    },
    removed: 4,
    shapes: {
      'apart/pointwise_kernel': [1, 1, 3, 2],
      'wide/kernel': [2, 2, 1, 2],
      'inner/kernel': [3, 3, 1, 2],
      'outer/kernel': [3, 3, 2, 2],
    },
  },
  {
    name: 'sequences: Conv1D, dense on each step',
    build: () =>
      filled(
        tf.sequential({
          layers: [
            layers.conv1d({ name: 'one', filters: 3, kernelSize: 3, inputShape: [6, 2] }),
            layers.dense({ name: 'two', units: 3, activation: 'elu' }),
            layers.globalMaxPooling1d({}),
            layers.dense({ name: 'end', units: 2 }),
          ],
        }),
        (model) => {
          kill(model, 'one', [1], 2);
          kill(model, 'two', [0], 1);
        },
      ),
    removed: 2,
    shapes: { 'one/kernel': [3, 2, 2], 'two/kernel': [2, 2], 'end/kernel': [2, 2] },
  },
];

describe('dead channels', () => {
  for (const { name, build, removed, left = 0, shapes } of cases) {
    it(name, async () => {
      const pruned = await prune(build());
      assert.equal(pruned.removed, removed);
      assert.equal(
        pruned.left.reduce((sum, { channels }) => sum + channels, 0),
        left,
      );
      for (const [weight, shape] of Object.entries(shapes))
        assert.deepEqual(pruned.shapes[weight], shape, weight);
    });
  }

  it('what weight decay leaves counts as dead: outputs stay though BatchNorm magnifies it and inputs are large', async () => {
    const model = onImages(
      conv('one', 3, { useBias: false }),
      layers.batchNormalization({ name: 'bn' }),
      conv('two', 2),
    );
    fillWeights(model);
    kill(model, 'one', [0], 3, 1e-10 / 27);
    setAlong(model, 'bn/moving_variance', 0, [0], 0);
    setAlong(model, 'bn/gamma', 0, [0], 1);
    const pruned = removeDeadChannels(await readModel(await saveModel(model)));
    assert.equal(pruned.removed, 1);
    const lean = await toLayersModel(pruned.model);
    const x = tf.mul(tf.randomUniform([2, 6, 6, 3], 0, 1, 'float32', 3), 255);
    const [wide, narrow] = [model, lean].map((each) => (each.predict(x) as tf.Tensor).dataSync());
    // Outputs are in the hundreds here, where float32 itself is right to 1e-5.
    for (const [at, value] of wide!.entries()) assert.ok(Math.abs(value - narrow![at]!) <= 1e-4);
    kill(model, 'one', [0], 3, 1e-8);
    assert.equal(removeDeadChannels(await readModel(await saveModel(model))).removed, 0);
  });

  it('whatever the layers and the channels, outputs stay and nothing is left to remove', async () => {
    const channel = fc.array(fc.boolean(), { minLength: 4, maxLength: 4 });
    const kinds = 'valid same one deep deepSame apart apartSame bn relu sigmoid pool steps nested'.split(' ');
    const chain = fc.array(fc.record({ kind: fc.constantFrom(...kinds), dead: channel }), {
      minLength: 2,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(chain, async (links) => {
        const all = links.map(({ kind }, index) => layerOf(kind, `l${index}`));
        const model = tf.sequential({
          layers: [
            layers.inputLayer({ inputShape: [12, 12, 4] }),
            ...all,
            layers.flatten(),
            layers.dense({ units: 2 }),
          ],
        });
        fillWeights(model);
        for (const [index, { dead }] of links.entries()) {
          const indices = dead.flatMap((each, at) => (each ? [at] : []));
          for (const [weight, axis] of [
            ['kernel', 3],
            ['depthwise_kernel', 2],
            ['pointwise_kernel', 3],
            ['gamma', 0],
          ] as const) {
            const name = `l${index}/${weight}`;
            if (model.weights.some(({ originalName }) => originalName === name))
              setAlong(model, name, axis, indices, 0);
          }
        }
        const { model: lean, lean: running } = await prune(model);
        assert.equal(removeDeadChannels(lean).removed, 0);
        assert.ok(countMultiplications(running)! <= countMultiplications(model)!);
      }),
      { numRuns: 25, seed: 1 },
    );
  });
});

function layerOf(kind: string, name: string): tf.layers.Layer {
  switch (kind) {
    case 'valid':
    case 'same':
      return layers.conv2d({ name, filters: 4, kernelSize: 2, padding: kind });
    case 'one':
      return layers.conv2d({ name, filters: 4, kernelSize: 1, padding: 'same', useBias: false });
    case 'deep':
    case 'deepSame':
      return layers.depthwiseConv2d({ name, kernelSize: 2, padding: kind === 'deep' ? 'valid' : 'same' });
    case 'apart':
    case 'apartSame':
      return layers.separableConv2d({
        name,
        filters: 4,
        kernelSize: 2,
        depthMultiplier: 2,
        padding: kind === 'apart' ? 'valid' : 'same',
      });
    case 'steps':
      return layers.timeDistributed({ layer: layerOf('bn', name) });
    case 'nested':
      return tf.sequential({
        layers: [layers.inputLayer({ inputShape: [null, null, 4] }), layerOf('deepSame', name)],
      });
    case 'bn':
      return layers.batchNormalization({ name });
    case 'pool':
      return layers.averagePooling2d({ name, poolSize: 2, strides: 1, padding: 'same' });
    default:
      return layers.activation({ name, activation: kind as 'relu' | 'sigmoid' });
  }
}

describe('multiplications', () => {
  it('are those of a naive count', () => {
    const model = onImages(
      conv('one', 4, { strides: 2, padding: 'same' }), // 3 x 3 positions, 3 * 3 * 3 * 4 weights
      layers.depthwiseConv2d({ kernelSize: 2, depthMultiplier: 2 }), // 2 x 2, 2 * 2 * 4 * 2
      layers.conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2 }), // from 2 x 2, 3 * 3 * 3 * 8
      layers.globalAveragePooling2d({}),
      layers.dense({ units: 5 }), // 3 * 5
    );
    assert.equal(countMultiplications(model), 9 * 108 + 4 * 32 + 4 * 216 + 15);
  });

  it('are not known where a size is open', () => {
    const model = tf.sequential({
      layers: [layers.conv1d({ filters: 2, kernelSize: 3, inputShape: [null as unknown as number, 2] })],
    });
    assert.equal(countMultiplications(model), null);
  });
});

it('nothing is known of the channels behind a BatchNorm without statistics, whose input is not known either', () => {
  const rule = layerKindOf('BatchNormalization')!.channelRules[0]!;
  const layer = { className: 'BatchNormalization', config: {}, weight: () => undefined, inputs: [undefined] };
  assert.equal(rule(layer), undefined);
});
