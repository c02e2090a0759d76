import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { createRandom, type Random } from '../../src/core/index.js';
import type { RangeRules } from '../../src/data/index.js';
import { startEngine, tf } from '../../src/engine/index.js';
import { evaluate } from '../../src/index.js';
import { openSamples } from '../../src/session/samples/open-samples.js';
import type { Samples } from '../../src/session/samples/samples.js';
import { openSession } from '../../src/session/session.js';
import { npzBytes } from '../data/array-bytes.js';
import { refusal } from '../data/specs.js';
import { withFolder } from '../pipeline/digits.js';
import { saveModel } from '../pipeline/saved-model.js';
import { compress } from '../validated.js';

/** The arrays of an .npz by their names: values and shape. */
type Arrays = Parameters<typeof npzBytes>[0];

const COUNT = 160;
const SIDE = 6;
const WORDS = 20;
const STEPS = 5;

const bytes = (random: Random, count: number) => Uint8Array.from({ length: count }, () => random.below(256));
const normals = (random: Random, count: number) =>
  Float32Array.from({ length: count }, () => random.normal());

/** A classifier of an image [6, 6, 3], four numbers and five tokens: each of them counts. */
function threeInputs(): tf.LayersModel {
  const { layers } = tf;
  const seed = (value: number) => tf.initializers.glorotNormal({ seed: value });
  const image = tf.input({ shape: [SIDE, SIDE, 3], name: 'image' });
  const numbers = tf.input({ shape: [4], name: 'numbers' });
  const tokens = tf.input({ shape: [STEPS], name: 'tokens' });
  const pooled = layers
    .dense({ units: 8, kernelInitializer: seed(1) })
    .apply(layers.flatten().apply(image)) as tf.SymbolicTensor;
  const scaled = layers.dense({ units: 8, kernelInitializer: seed(2) }).apply(numbers) as tf.SymbolicTensor;
  const embedded = layers
    .embedding({ inputDim: WORDS, outputDim: 6, embeddingsInitializer: seed(3) })
    // Behind a layer that hands tokens on.
    .apply(layers.reshape({ targetShape: [STEPS] }).apply(tokens)) as tf.SymbolicTensor;
  const joined = layers
    .concatenate()
    .apply([pooled, scaled, layers.flatten().apply(embedded) as tf.SymbolicTensor]);
  const output = layers.dense({ units: 3, activation: 'softmax', kernelInitializer: seed(4) }).apply(joined);
  return tf.model({ inputs: [image, numbers, tokens], outputs: output as tf.SymbolicTensor });
}

/** Classes that stock tfjs gives for inputs scaled by hand. */
function classesOf(model: tf.LayersModel, inputs: tf.Tensor[]): Int32Array {
  return tf.tidy(() => tf.argMax(model.predict(inputs) as tf.Tensor, -1).dataSync() as Int32Array);
}

/** An image whose bytes the model takes as -1..1, beside numbers and tokens, with the model's own answers as labels. */
function threeArrays(model: tf.LayersModel): Arrays {
  const random = createRandom(7);
  const image = bytes(random, COUNT * SIDE * SIDE * 3);
  const numbers = normals(random, COUNT * 4);
  const tokens = Uint8Array.from({ length: COUNT * STEPS }, () => random.below(WORDS));
  const classes = classesOf(model, [
    tf.tensor(
      Float32Array.from(image, (byte) => byte / 127.5 - 1),
      [COUNT, SIDE, SIDE, 3],
    ),
    tf.tensor(numbers, [COUNT, 4]),
    tf.tensor(Float32Array.from(tokens), [COUNT, STEPS]),
  ]);
  return {
    image: [image, [COUNT, SIDE, SIDE, 3]],
    numbers: [numbers, [COUNT, 4]],
    tokens: [tokens, [COUNT, STEPS]],
    y: [classes, [COUNT]],
  };
}

/** Opens arrays as samples of a model. @returns What was told, beside the ranges by the inputs' names. */
async function rangesFor(
  model: tf.LayersModel,
  arrays: Arrays,
  inputRange: RangeRules = {},
): Promise<{ ranges: string[]; told: string[] }> {
  return withFolder(async (folder) => {
    const file = await saveModel(model, folder);
    const data = join(folder, 'data.npz');
    await writeFile(data, npzBytes(arrays));
    const session = await openSession({ model: file, require: [], engine: 'embedded' }, () => {});
    const told: string[] = [];
    try {
      const samples: Samples = await openSamples(session, {
        data,
        purpose: 'measure',
        inputRange,
        seed: 0,
        synthesis: { worth: 'noise' },
        onProgress: (event) => (event.kind === 'note' || event.kind === 'warning') && told.push(event.text),
      });
      await samples.close();
      return { ranges: samples.ranges.map(({ name }) => name), told };
    } finally {
      session.liveModel.dispose();
    }
  });
}

describe('the input ranges of several inputs', () => {
  let model: tf.LayersModel;
  let arrays: Arrays;
  before(async () => {
    await startEngine('embedded');
    model = threeInputs();
    arrays = threeArrays(model);
  });

  it('are chosen for the bytes alone: numbers and tokens stay as they are', async () => {
    const { ranges, told } = await rangesFor(model, arrays);
    assert.deepEqual(ranges, ['-1..1', 'as-is', 'as-is']);
    assert.match(
      told.join('\n'),
      /input range image -1\.\.1: best accuracy .*\(image 0\.\.1 .*image imagenet/,
    );
    assert.match(told.join('\n'), /as-is of tokens: it holds tokens, of 20$/m);
  });

  it('are those given: one without a name is for the bytes', async () => {
    assert.deepEqual((await rangesFor(model, arrays, { '*': '0..255' })).ranges, [
      '0..255',
      'as-is',
      'as-is',
    ]);
    assert.deepEqual((await rangesFor(model, arrays, { image: 'imagenet', '*': '0..1' })).ranges, [
      'imagenet',
      'as-is',
      'as-is',
    ]);
    const { ranges, told } = await rangesFor(model, arrays, { '*': '0..1', numbers: 'mean=1/std=2' });
    assert.deepEqual(ranges, ['0..1', 'mean=1/std=2', 'as-is']);
    assert.deepEqual(
      told.filter((text) => text.startsWith('input range')),
      ['input range as-is of tokens: it holds tokens, of 20'],
    );
  });

  it('without a name is for all where no input holds bytes', async () => {
    const floats = {
      ...arrays,
      image: [Float32Array.from(arrays.image![0], Number), arrays.image![1]] as const,
    };
    assert.deepEqual((await rangesFor(model, floats, { '*': '0..1' })).ranges, ['0..1', '0..1', 'as-is']);
  });

  it('are refused for a name that no input has, with the nearest, and for tokens', async () => {
    await assert.rejects(
      rangesFor(model, arrays, { imgae: '0..1' }),
      refusal('usage', '--input-range', 'imgae', 'image, numbers, tokens', 'did you mean image?'),
    );
    await assert.rejects(
      rangesFor(model, arrays, { tokens: '0..1' }),
      refusal('usage', 'tokens=0..1', 'of 20'),
    );
  });

  it('reach the report, the file and what evaluates it', () =>
    withFolder(async (folder) => {
      const output = join(folder, 'out');
      const data = join(folder, 'data.npz');
      await writeFile(data, npzBytes(arrays));
      const file = await saveModel(model, folder);
      const { report } = await compress({
        model: file,
        data,
        output,
        bits: 8,
        epochs: 0,
        engine: 'embedded',
      });
      const expected = [
        { input: 'image', range: '-1..1' },
        { input: 'numbers', range: 'as-is' },
        { input: 'tokens', range: 'as-is' },
      ];
      assert.deepEqual(report.data.inputRanges, expected);
      assert.equal(report.metric!.before, 1);
      const own = { model: join(output, 'model.qgt'), data, engine: 'embedded' } as const;
      const stored = await evaluate(own);
      assert.deepEqual(stored.inputRanges, expected);
      assert.ok(stored.models[0]!.metrics[0]!.value > 0.95);
      // The file's are for what isn't given alone.
      const [image, ...others] = (await evaluate({ ...own, inputRange: 'numbers=0..1' })).inputRanges;
      assert.deepEqual([image, ...others], [expected[0], { input: 'numbers', range: '0..1' }, expected[2]]);
    }));
});

/** Rows of a dataset of one input, unlabelled. */
const unlabelled = (values: Uint8Array<ArrayBuffer>, ...shape: number[]): Arrays => ({
  x: [values, [values.length / shape.reduce((size, side) => size * side, 1), ...shape]],
});

describe('the input range that the start of the model says', () => {
  before(async () => void (await startEngine('embedded')));

  const { layers } = tf;
  const random = createRandom(5);
  /** Bytes of mean 100 and deviation 20. */
  const dim = Uint8Array.from({ length: 64 * 27 }, () => Math.max(0, 100 + 20 * random.normal()));
  /** The layers before a classifier of 3 x 3 pixels with three channels, and the range that is right by their arithmetic. */
  const starts: [string, tf.layers.Layer[], string][] = [
    ['1/255', [layers.rescaling({ scale: 1 / 255, inputShape: [3, 3, 3] })], '0..255'],
    ['1/127.5 - 1', [layers.rescaling({ scale: 1 / 127.5, offset: -1, inputShape: [3, 3, 3] })], '0..255'],
    ['1/256', [layers.rescaling({ scale: 1 / 256, inputShape: [3, 3, 3] })], '0..255'],
    ['2x - 1', [layers.rescaling({ scale: 2, offset: -1, inputShape: [3, 3, 3] })], '0..1'],
    ['255x', [layers.rescaling({ scale: 255, inputShape: [3, 3, 3] })], '0..1'],
    ['(x + 1) / 2', [layers.rescaling({ scale: 0.5, offset: 0.5, inputShape: [3, 3, 3] })], '-1..1'],
    [
      '1/255 behind Reshape, and once more',
      [
        layers.reshape({ targetShape: [9, 3], inputShape: [3, 3, 3] }),
        layers.rescaling({ scale: 1 / 255 }),
        layers.rescaling({ scale: 2, offset: -1 }),
      ],
      '0..255',
    ],
    [
      'the mean and deviation of the bytes',
      [layers.rescaling({ scale: 1 / 20, offset: -5, inputShape: [3, 3, 3] })],
      '0..255',
    ],
    [
      'the mean and deviation of the bytes in 0..1',
      [layers.rescaling({ scale: 255 / 20, offset: -5, inputShape: [3, 3, 3] })],
      '0..1',
    ],
  ];
  for (const [title, start, expected] of starts)
    it(`is ${expected} for ${title}`, async () => {
      const model = tf.sequential({
        layers: [...start, layers.flatten(), layers.dense({ units: 2, activation: 'softmax' })],
      });
      const { ranges, told } = await rangesFor(model, unlabelled(dim, 3, 3, 3));
      assert.deepEqual(ranges, [expected]);
      assert.deepEqual(told, [`input range ${expected}: the rescaling at the start of the model says so`]);
    });

  it('is not said where only a part of the model is behind the rescaling, or it says nothing', async () => {
    const input = tf.input({ shape: [3, 3, 3] });
    const scaled = layers.rescaling({ scale: 1 / 255 }).apply(input) as tf.SymbolicTensor;
    const joined = layers.flatten().apply(layers.concatenate().apply([input, scaled]));
    const output = layers.dense({ units: 2, activation: 'softmax' }).apply(joined) as tf.SymbolicTensor;
    const partly = await rangesFor(tf.model({ inputs: input, outputs: output }), unlabelled(dim, 3, 3, 3));
    assert.match(partly.told.join(), /surest and most varied answers/);
    const idle = layers.rescaling({ scale: 1, inputShape: [3, 3, 3] });
    const model = tf.sequential({
      layers: [idle, layers.flatten(), layers.dense({ units: 2, activation: 'softmax' })],
    });
    const { told } = await rangesFor(model, unlabelled(dim, 3, 3, 3));
    assert.match(told.join(), /surest and most varied answers/);
  });
});

describe('the input range without labels', () => {
  before(async () => void (await startEngine('embedded')));

  const { layers } = tf;
  const random = createRandom(6);
  const pixels = bytes(random, 96 * 16);
  const byHand: [string, (byte: number) => number][] = [
    ['0..1', (byte) => byte / 255],
    ['-1..1', (byte) => byte / 127.5 - 1],
    ['0..255', (byte) => byte],
  ];

  for (const [range, scaled] of byHand)
    it(`is ${range} where BatchNorm remembers that`, async () => {
      const model = tf.sequential({
        layers: [
          layers.dense({ units: 8, inputShape: [4, 4, 1], kernelInitializer: 'ones' }),
          layers.batchNormalization(),
          layers.globalAveragePooling2d({}),
          layers.dense({ units: 1 }),
        ],
      });
      // What the layer would remember of such inputs: each channel of the kernel of ones is the pixel itself.
      const { mean, variance } = tf.moments(tf.tensor1d(Array.from(pixels, scaled)));
      const remembered = [mean, variance].map((value) => tf.tile(tf.reshape(value, [1]), [8]));
      model.layers[1]!.setWeights([tf.ones([8]), tf.zeros([8]), ...remembered]);
      const { ranges, told } = await rangesFor(model, unlabelled(pixels, 4, 4, 1));
      assert.deepEqual(ranges, [range]);
      assert.match(told.join(), /nearest to what BatchNorm remembers, on 64 samples without labels/);
    });

  for (const [range, scaled] of byHand)
    it(`is ${range} where the answers are clearest by it`, async () => {
      // The class is that of the brightest of two pixels, by a difference that is about 5 in the right range.
      const model = tf.sequential({
        layers: [layers.dense({ units: 2, activation: 'softmax', inputShape: [2] })],
      });
      const steepness = 5 / (scaled(255) - scaled(0));
      // Two numbers that only differ in the right range: the others are shifted out of it.
      const middle = scaled(127.5);
      model.layers[0]!.setWeights([
        tf.tensor2d([2 * steepness, 0, 0, 0], [2, 2]),
        tf.tensor1d([-2 * steepness * middle, 0]),
      ]);
      const { ranges, told } = await rangesFor(model, unlabelled(pixels, 2));
      assert.deepEqual(ranges, [range]);
      assert.match(told.join(), /surest and most varied answers of the float model, on 256 samples/);
    });

  it('is 0..1 where nothing tells, which is said', async () => {
    const model = tf.sequential({ layers: [layers.dense({ units: 2, inputShape: [2] })] });
    const { ranges, told } = await rangesFor(model, unlabelled(pixels, 2));
    assert.deepEqual(ranges, ['0..1']);
    assert.match(
      told.join(),
      /^input range 0\.\.1 taken, since there is nothing to choose by.*--input-range$/,
    );
  });
});
