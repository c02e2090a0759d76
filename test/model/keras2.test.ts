import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as tf from '../../src/engine/tf.js';
import { readModel, toLayersModel } from '../../src/model/index.js';
import { startCpu } from '../cpu-engine.js';
import { type Layer, loadWith, type Rename, runWith, topologyOf } from './keras.js';
import { fillWeights, predictSome, writeModel } from './model-folder.js';

before(startCpu);

const { layers } = tf;

/** A layer as Keras 2 writes it; `calls` are lists of `[layer, node, tensor]`. */
function layer2(
  className: string,
  name: string,
  config: Layer,
  ...calls: [string, number, number][][]
): Layer {
  const inbound_nodes = calls.map((call) => call.map((reference) => [...reference, {}]));
  return {
    class_name: className,
    config: { name, trainable: true, dtype: 'float32', ...config },
    name,
    inbound_nodes,
  };
}

function sequential2(layers: Layer[], config: Layer = {}): Layer {
  const plain = layers.map(({ inbound_nodes: _, name: __, ...rest }) => rest);
  return { class_name: 'Sequential', config: { name: 'sequential', layers: plain, ...config } };
}

const glorot = {
  module: 'keras.initializers',
  class_name: 'GlorotUniform',
  config: { seed: null },
  registered_name: null,
};

interface Case {
  readonly twin: () => tf.LayersModel;
  readonly model: Layer;
  readonly rename?: Rename;
}

const CASES: Readonly<Record<string, Case>> = {
  'separable convolutions with the options of a kernel, and L2': {
    twin: () =>
      tf.sequential({
        layers: [
          layers.separableConv2d({
            inputShape: [6, 6, 3],
            filters: 4,
            kernelSize: 3,
            depthMultiplier: 2,
            name: 'sc',
          }),
          layers.batchNormalization({ name: 'bn' }),
        ],
      }),
    model: sequential2([
      layer2('SeparableConv2D', 'sc', {
        batch_input_shape: [null, 6, 6, 3],
        filters: 4,
        kernel_size: [3, 3],
        depth_multiplier: 2,
        groups: 1,
        kernel_initializer: glorot,
        kernel_regularizer: null,
        kernel_constraint: null,
        depthwise_initializer: glorot,
        pointwise_initializer: { class_name: 'LecunNormal', config: { seed: null } },
        depthwise_regularizer: { class_name: 'L2', config: { l2: 1e-4 } },
        pointwise_regularizer: { class_name: 'L1', config: { l1: 1e-5 } },
        bias_regularizer: 'l2',
      }),
      layer2('BatchNormalization', 'bn', { axis: [3] }),
    ]),
  },
  'a Sequential without an input layer': {
    twin: () => tf.sequential({ layers: [layers.dense({ inputShape: [4], units: 2, name: 'd' })] }),
    model: sequential2([layer2('Dense', 'd', { units: 2 })], { build_input_shape: [null, 4] }),
    rename: (name) => `sequential/${name}`,
  },
  'a Sequential that is a list of layers': {
    twin: () => tf.sequential({ layers: [layers.dense({ inputShape: [4], units: 2, name: 'd' })] }),
    model: {
      class_name: 'Sequential',
      config: [layer2('Dense', 'd', { units: 2, batch_input_shape: [null, 4] })],
    },
  },
  'a stack of cells': {
    twin: () => {
      const cell = [
        layers.lstmCell({ units: 3, recurrentInitializer: 'zeros', recurrentActivation: 'sigmoid' }),
        layers.simpleRNNCell({ units: 2, recurrentInitializer: 'zeros' }),
      ];
      return tf.sequential({ layers: [layers.rnn({ inputShape: [5, 4], cell, name: 'rnn' })] });
    },
    model: sequential2([
      layer2('RNN', 'rnn', {
        batch_input_shape: [null, 5, 4],
        return_sequences: false,
        cell: {
          class_name: 'StackedRNNCells',
          config: {
            name: 'stacked',
            cells: [
              {
                class_name: 'LSTMCell',
                config: { name: 'lstm_cell', units: 3, recurrent_activation: 'sigmoid' },
              },
              { class_name: 'SimpleRNNCell', config: { name: 'simple_cell', units: 2 } },
            ],
          },
        },
      }),
    ]),
    rename: (name) =>
      name.replace('RNNCell_0', 'stacked/lstm_cell').replace('RNNCell_1', 'stacked/simple_cell'),
  },
  'a model of a class of its own': {
    twin: () => {
      const x = tf.input({ shape: [4], name: 'x' });
      return tf.model({
        inputs: x,
        outputs: layers.dense({ units: 2, name: 'd' }).apply(x) as tf.SymbolicTensor,
      });
    },
    model: {
      class_name: 'Mine>MyModel',
      config: {
        name: 'mine',
        layers: [
          layer2('InputLayer', 'x', { batch_input_shape: [null, 4] }),
          layer2('Dense', 'd', { units: 2 }, [['x', 0, 0]]),
        ],
        input_layers: [['x', 0, 0]],
        output_layers: [['d', 0, 0]],
      },
    },
  },
};

for (const [name, { twin, model, rename }] of Object.entries(CASES)) {
  test(`reads Keras 2: ${name}`, async () => {
    const expected = twin();
    fillWeights(expected);
    const got = await runWith(topologyOf(model, '2.15.0'), expected, rename);
    assert.deepEqual(predictSome(got), predictSome(expected));
  });
}

test('Normalization becomes a rescaling, of its weights or of its options', async () => {
  const mean = [1, -2, 0.5];
  const variance = [4, 0.25, 0];
  const input = [
    [3, 5, 1],
    [-1, 0, 2],
  ];
  const expected = input.map((row) =>
    row.map((x, i) => (x - mean[i]!) / Math.max(Math.sqrt(variance[i]!), 1e-7)),
  );
  const run = async (
    options: Layer,
    weights: { name: string; values: number[]; shape: number[] }[],
  ): Promise<number[]> => {
    const model = sequential2([
      layer2('Normalization', 'norm', { batch_input_shape: [null, 3], axis: [-1], ...options }),
    ]);
    const bytes = new Uint8Array(Float32Array.from(weights.flatMap(({ values }) => values)).buffer);
    const specs = weights.map(({ name, shape }) => ({ name, shape, dtype: 'float32' }));
    const json = {
      modelTopology: topologyOf(model, '2.15.0'),
      weightsManifest: [{ paths: ['w.bin'], weights: specs }],
    };
    const running = await toLayersModel(await readModel(await writeModel(json, [{ name: 'w.bin', bytes }])));
    return Array.from((running.predict(tf.tensor(input)) as tf.Tensor).dataSync());
  };
  const adapted = [
    { name: 'normalization/norm/mean', values: mean, shape: [3] },
    { name: 'normalization/norm/variance', values: variance, shape: [3] },
    { name: 'normalization/norm/count', values: [0], shape: [] },
  ];
  for (const got of [await run({}, adapted), await run({ mean: [mean], variance: [variance] }, [])]) {
    for (const [index, value] of expected.flat().entries()) {
      assert.ok(
        Math.abs(got[index]! - value) <= 1e-5 * Math.max(1, Math.abs(value)),
        `${index}: ${got[index]}, ${value}`,
      );
    }
  }
});

const image = { batch_input_shape: [null, 6, 6, 4] };
const series = { batch_input_shape: [null, 5, 4] };

const REFUSED: readonly [name: string, layer: Layer, message: RegExp, version?: string][] = [
  [
    'grouped convolutions',
    layer2('Conv2D', 'c', { ...image, filters: 4, kernel_size: [3, 3], groups: 2 }),
    /layer c \(Conv2D\): grouped.*groups=2/,
  ],
  [
    'output padding',
    layer2('Conv2DTranspose', 'c', { ...image, filters: 4, kernel_size: [3, 3], output_padding: [1, 1] }),
    /output_padding/,
  ],
  [
    'dilated transposed convolutions',
    layer2('Conv2DTranspose', 'c', { ...image, filters: 4, kernel_size: [3, 3], dilation_rate: [2, 2] }),
    /dilated/,
  ],
  [
    'hard_sigmoid of Keras 3',
    layer2('Dense', 'd', { ...series, units: 3, activation: 'hard_sigmoid' }),
    /hard_sigmoid/,
    '3.1.0',
  ],
  ['time_major', layer2('LSTM', 'l', { ...series, units: 3, time_major: true }), /time_major/],
  ['renormalization', layer2('BatchNormalization', 'b', { ...image, renorm: true }), /renormalization/],
  [
    'a bounded leaky ReLU',
    layer2('ReLU', 'r', { ...image, max_value: 6, negative_slope: 0.1 }),
    /negative_slope, threshold and max_value/,
  ],
  [
    'Normalization that was never adapted',
    layer2('Normalization', 'n', { ...image, axis: [-1] }),
    /adapt\(\)/,
  ],
];

for (const [name, entry, message, version = '2.15.0'] of REFUSED) {
  test(`refuses ${name}`, async () => {
    const json = { modelTopology: topologyOf(sequential2([entry]), version), weightsManifest: [] };
    const folder = await writeModel(json, []);
    await assert.rejects(readModel(folder), { code: 'unsupported-layer', message });
  });
}

test('refuses calls with constants and masks', async () => {
  const x = layer2('InputLayer', 'x', { batch_input_shape: [null, 4] });
  const history = { class_name: '__keras_tensor__', config: { keras_history: ['x', 0, 0] } };
  const calls: [unknown, RegExp][] = [
    [[['_CONSTANT_VALUE', -1, 3, {}]], /constant/],
    [{ args: [history, 2.5], kwargs: {} }, /constant \(2\.5\)/],
    [{ args: [history], kwargs: { mask: history } }, /mask/],
    [{ args: [history], kwargs: { alpha: 3 } }, /constant alpha/],
    [[['x', 0, 0, { value: ['x', 0, 0] }]], /keyword value/],
  ];
  for (const [call, message] of calls) {
    const layers = [x, { ...layer2('Add', 'sum', {}), inbound_nodes: [call] }];
    const config = { name: 'm', layers, input_layers: [['x', 0, 0]], output_layers: [['sum', 0, 0]] };
    const json = { modelTopology: topologyOf({ class_name: 'Functional', config }), weightsManifest: [] };
    await assert.rejects(readModel(await writeModel(json, [])), { code: 'unsupported-layer', message });
  }
});

test('names every layer and activation that tfjs does not know, before it makes any', async () => {
  const twin = tf.sequential({ layers: [layers.dense({ inputShape: [4], units: 4, name: 'd' })] });
  const model = sequential2([
    layer2('Dense', 'd', { units: 4, batch_input_shape: [null, 4], activation: 'hard_swish' }),
    layer2('Mine>Attention', 'attend', { heads: 2 }),
    layer2('Lambda', 'l1', {}),
    layer2('Lambda', 'l2', {}),
  ]);
  const loaded = await loadWith(topologyOf(model, '2.15.0'), twin);
  await assert.rejects(toLayersModel(loaded), {
    code: 'unsupported-layer',
    message: /activation hard_swish \(d\); Attention \(attend\); Lambda \(l1, l2\); .*--require/,
  });
});

test('refuses two layers of one name, as their weights could not be told apart', async () => {
  const twin = tf.sequential({ layers: [layers.dense({ inputShape: [4], units: 4, name: 'd' })] });
  const inner = sequential2([layer2('Dense', 'd', { units: 4, batch_input_shape: [null, 4] })]);
  const outer = sequential2([inner, layer2('Dense', 'd', { units: 4 })]);
  await assert.rejects(loadWith(topologyOf(outer, '2.15.0'), twin), {
    code: 'bad-model',
    message: /layer d: two layers/,
  });
});

const WAITING: readonly [name: string, call: [string, number, number][], message: RegExp][] = [
  [
    'a layer that is not there',
    [['nobody', 0, 0]],
    /d: call 0 of layer nobody, which it needs, is never made/,
  ],
  ['a call that nobody makes', [['x', 1, 0]], /d: call 1 of layer x/],
  ['itself', [['d', 0, 0]], /d: call 0 of layer d/],
  ['nothing', [], /d: one of its calls has no inputs/],
];

for (const [name, call, message] of WAITING) {
  test(`refuses a layer that waits for ${name}, for which tfjs would wait for ever`, async () => {
    const config = {
      name: 'm',
      layers: [
        layer2('InputLayer', 'x', { batch_input_shape: [null, 4] }),
        layer2('Dense', 'd', { units: 2 }, call),
      ],
      input_layers: [['x', 0, 0]],
      output_layers: [['d', 0, 0]],
    };
    for (const version of ['2.15.0', 'tfjs-layers 4.22.0']) {
      const modelTopology = topologyOf({ class_name: 'Functional', config }, version);
      const folder = await writeModel({ modelTopology, weightsManifest: [] }, []);
      await assert.rejects(readModel(folder), { code: 'bad-model', message });
    }
  });
}

test('draws no initial values, which for some options would never end', async () => {
  const twin = tf.sequential({ layers: [layers.dense({ inputShape: [4], units: 4, name: 'd' })] });
  fillWeights(twin);
  const endless = {
    class_name: 'VarianceScaling',
    config: { scale: 'x', mode: 'fan_in', distribution: 'normal' },
  };
  const inner = sequential2([
    layer2('Dense', 'd', { units: 4, batch_input_shape: [null, 4], kernel_initializer: endless }),
  ]);
  const got = await runWith(topologyOf(sequential2([inner]), '2.15.0'), twin);
  assert.deepEqual(predictSome(got), predictSome(twin));
});

test('refuses weights that were converted from a .keras archive, with the way around', async () => {
  const twin = tf.sequential({
    layers: [layers.dense({ inputShape: [4], units: 4, name: 'd', useBias: false })],
  });
  const model = sequential2([
    layer2('Dense', 'd', { units: 4, batch_input_shape: [null, 4], use_bias: false }),
  ]);
  await assert.rejects(
    loadWith(topologyOf(model, '3.5.0'), twin, () => 'layers/dense/vars/0'),
    { code: 'bad-model', message: /\.keras archive.*give the \.keras file itself/ },
  );
});
