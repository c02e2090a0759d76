import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as tf from '../../src/engine/tf.js';
import { readModel, toLayersModel } from '../../src/model/index.js';
import { adaptTopology } from '../../src/model/topology/index.js';
import { startCpu } from '../cpu-engine.js';
import {
  functional3,
  input3,
  type Layer,
  layer3,
  type Rename,
  runWith,
  sequential3,
  tensor,
  topologyOf,
} from './keras.js';
import { fillWeights, predictSome } from './model-folder.js';

before(startCpu);

const { layers } = tf;

for (const fixture of ['keras3-functional', 'keras3-sequential']) {
  test(`predicts what Keras 3 does: ${fixture}`, async () => {
    const folder = fileURLToPath(new URL(`../../fixtures/${fixture}`, import.meta.url));
    const { x, shape, y } = JSON.parse(await readFile(`${folder}/expected.json`, 'utf8'));
    const loaded = await readModel(folder);
    const model = await toLayersModel(loaded);
    const got = (model.predict(tf.tensor(x, shape)) as tf.Tensor).dataSync();
    for (const [index, expected] of (y as number[]).flat().entries()) {
      assert.ok(Math.abs(got[index]! - expected) < 1e-4, `output ${index}: ${got[index]}, Keras ${expected}`);
    }
    assert.match(loaded.writtenBy, /^keras 3/);
    assert.ok(loaded.notes.length > 0);
  });
}

interface Case {
  /** The same model, made with tfjs. */
  readonly twin: () => tf.LayersModel;
  readonly model: Layer;
  readonly rename?: Rename;
}

const symbolic = (value: unknown): tf.SymbolicTensor => value as tf.SymbolicTensor;

/** Keras puts the names of models, wrappers and cells in front. */
const behind =
  (prefix: string, ...names: string[]): Rename =>
  (name) =>
    names.includes(name.split('/')[0]!) ? `${prefix}/${name}` : name;

const dense = (name: string, units: number, ...calls: unknown[][]): Layer =>
  layer3('Dense', name, { units, activation: 'linear', use_bias: true }, ...calls);

const CASES: Readonly<Record<string, Case>> = {
  'a shared layer and a sum of a list': {
    twin: () => {
      const [a, b] = [tf.input({ shape: [4], name: 'a' }), tf.input({ shape: [4], name: 'b' })];
      const shared = layers.dense({ units: 3, name: 'shared' });
      const sum = layers.add().apply([symbolic(shared.apply(a)), symbolic(shared.apply(b))]);
      return tf.model({ inputs: [a, b], outputs: symbolic(sum) });
    },
    model: functional3(
      'm',
      [
        input3('a', 4),
        input3('b', 4),
        dense('shared', 3, [tensor('a')], [tensor('b')]),
        layer3('Add', 'add', {}, [[tensor('shared', 0), tensor('shared', 1)]]),
      ],
      [
        ['a', 0, 0],
        ['b', 0, 0],
      ],
      ['add', 0, 0],
    ),
  },
  'nested models, whose calls Keras 3 counts from 0': {
    twin: () => {
      const inner = tf.sequential({
        name: 's',
        layers: [layers.dense({ inputShape: [4], units: 4, name: 'd' })],
      });
      const z = tf.input({ shape: [4], name: 'z' });
      const square = layers.dense({ units: 4, name: 'e' }).apply(z);
      const nested = tf.model({ inputs: z, outputs: symbolic(square), name: 'f' });
      const x = tf.input({ shape: [4], name: 'x' });
      const once = symbolic(inner.apply(x));
      const other = symbolic(nested.apply(once));
      return tf.model({ inputs: x, outputs: [symbolic(inner.apply(other)), symbolic(nested.apply(other))] });
    },
    model: functional3(
      'm',
      [
        input3('x', 4),
        sequential3('s', [input3('si', 4), dense('d', 4)], [tensor('x')], [tensor('f', 0)]),
        functional3(
          'f',
          [input3('z', 4), dense('e', 4, [tensor('z')])],
          ['z', 0, 0],
          ['e', 0, 0],
          [tensor('s', 0)],
          [tensor('f', 0)],
        ),
      ],
      ['x', 0, 0],
      [
        ['s', 1, 0],
        ['f', 2, 0],
      ],
    ),
    rename: (name) => behind('s', 'd')(behind('m/f', 'e')(name)),
  },
  'outputs by name': {
    twin: () => {
      const x = tf.input({ shape: [4], name: 'x' });
      const left = layers.dense({ units: 2, name: 'left' }).apply(x);
      const right = layers.dense({ units: 3, name: 'right' }).apply(x);
      return tf.model({ inputs: x, outputs: [symbolic(left), symbolic(right)] });
    },
    model: functional3(
      'm',
      [input3('x', 4), dense('left', 2, [tensor('x')]), dense('right', 3, [tensor('x')])],
      { x: ['x', 0, 0] },
      { b: ['right', 0, 0], a: ['left', 0, 0] },
    ),
  },
  'a bidirectional LSTM': {
    twin: () => {
      const lstm = layers.lstm({
        units: 3,
        returnSequences: true,
        recurrentActivation: 'sigmoid',
        recurrentInitializer: 'zeros',
        name: 'lstm',
      });
      return tf.sequential({
        layers: [
          layers.bidirectional({
            inputShape: [5, 4],
            layer: lstm as tf.RNN,
            name: 'bi',
            mergeMode: 'concat',
          }),
        ],
      });
    },
    model: sequential3('s', [input3('x', 5, 4), layer3('Bidirectional', 'bi', bidirectional())]),
    rename: (name) => name.replace(/^bi\/(\w+?)\/(\w+)$/, 's/bi/$1/lstm_cell/$2'),
  },
  'a layer over time': {
    twin: () =>
      tf.sequential({
        layers: [
          layers.timeDistributed({
            inputShape: [5, 4],
            layer: layers.dense({ units: 2, name: 'd' }),
            name: 'td',
          }),
        ],
      }),
    model: sequential3('s', [input3('x', 5, 4), layer3('TimeDistributed', 'td', { layer: dense('d', 2) })]),
    rename: (name) => name.replace('td/', 's/td/d/'),
  },
  'an LSTM that starts from given states': {
    twin: () => {
      const x = tf.input({ shape: [5, 4], name: 'x' });
      const options = { units: 3, recurrentInitializer: 'zeros', recurrentActivation: 'sigmoid' } as const;
      const [, h, c] = layers
        .lstm({ ...options, returnState: true, name: 'enc' })
        .apply(x) as tf.SymbolicTensor[];
      const decoded = layers.lstm({ ...options, name: 'dec' }).apply([x, h!, c!]);
      return tf.model({ inputs: x, outputs: symbolic(decoded) });
    },
    model: functional3(
      'm',
      [
        input3('x', 5, 4),
        layer3('LSTM', 'enc', { ...lstm('enc'), return_sequences: false, return_state: true }, [tensor('x')]),
        {
          ...layer3('LSTM', 'dec', { ...lstm('dec'), return_sequences: false }),
          inbound_nodes: [
            { args: [tensor('x')], kwargs: { initial_state: [tensor('enc', 0, 1), tensor('enc', 0, 2)] } },
          ],
        },
      ],
      ['x', 0, 0],
      ['dec', 0, 0],
    ),
    rename: (name) => name.replace('/', '/lstm_cell/'),
  },
  'pooling that keeps its dimensions': {
    twin: () => {
      const x = tf.input({ shape: [6, 6, 3], name: 'x' });
      const pooled = layers
        .reshape({ targetShape: [1, 1, 3] })
        .apply(layers.globalAveragePooling2d({}).apply(x) as tf.SymbolicTensor);
      return tf.model({
        inputs: x,
        outputs: symbolic(layers.conv2d({ filters: 2, kernelSize: 1, name: 'c' }).apply(symbolic(pooled))),
      });
    },
    model: functional3(
      'm',
      [
        input3('x', 6, 6, 3),
        layer3('GlobalAveragePooling2D', 'g', { data_format: 'channels_last', keepdims: true }, [
          tensor('x'),
        ]),
        layer3('Conv2D', 'c', { filters: 2, kernel_size: [1, 1] }, [tensor('g')]),
      ],
      ['x', 0, 0],
      ['c', 0, 0],
    ),
  },
  'activations of Keras 3': {
    twin: () =>
      tf.sequential({
        layers: [
          layers.dense({ inputShape: [4], units: 4, name: 'a', activation: 'swish' as 'relu' }),
          layers.dense({ units: 4, name: 'b' }),
          layers.leakyReLU({ alpha: 0.2 }),
          layers.leakyReLU({ alpha: 0.1 }),
          layers.dense({ units: 4, name: 'c' }),
          layers.leakyReLU({ alpha: 0.4 }),
          layers.dense({ units: 4, name: 'd', activation: 'tanh' }),
          layers.thresholdedReLU({ theta: 0.25 }),
          layers.leakyReLU({ alpha: 0.3 }),
        ],
      }),
    model: sequential3('s', [
      input3('x', 4),
      layer3('Dense', 'a', { units: 4, activation: 'silu' }),
      layer3('Dense', 'b', { units: 4, activation: 'leaky_relu' }),
      layer3('LeakyReLU', 'b_leakyrelu', { negative_slope: 0.1 }),
      layer3('Dense', 'c', {
        units: 4,
        activation: { class_name: 'ReLU', config: { negative_slope: 0.4, max_value: null, threshold: 0 } },
      }),
      layer3('Dense', 'd', {
        units: 4,
        activation: { module: 'builtins', class_name: 'function', config: 'tanh' },
      }),
      layer3('ReLU', 'r', { max_value: null, negative_slope: [0], threshold: 0.25 }),
      layer3('LeakyReLU', 'l2', {}),
    ]),
  },
  'layers for training only, and what tfjs has no name for': {
    twin: () =>
      tf.sequential({
        layers: [
          layers.conv2d({ inputShape: [6, 6, 3], filters: 2, kernelSize: 3, name: 'c' }),
          layers.flatten(),
        ],
      }),
    model: sequential3('s', [
      input3('x', 6, 6, 3),
      layer3('RandomFlip', 'flip', { mode: 'horizontal', seed: null }),
      layer3('RandomZoom', 'zoom', { height_factor: 0.1 }),
      layer3('Conv2D', 'c', {
        filters: 2,
        kernel_size: [3, 3],
        groups: 1,
        dtype: { module: 'keras', class_name: 'DTypePolicy', config: { name: 'mixed_float16' } },
        kernel_initializer: {
          module: 'mine',
          class_name: 'Odd',
          config: { a: 1 },
          registered_name: 'mine>Odd',
        },
        kernel_regularizer: {
          module: 'keras.regularizers',
          class_name: 'OrthogonalRegularizer',
          config: { factor: 0.1 },
        },
        kernel_constraint: {
          module: 'keras.constraints',
          class_name: 'MaxNorm',
          config: { max_value: 2, axis: 0 },
        },
        bias_initializer: 'lecun_normal',
        activity_regularizer: { class_name: 'L2', config: { l2: 0.1 } },
      }),
      layer3('SpatialDropout2D', 'sd', { rate: 0.3, seed: null }),
      layer3('Identity', 'id', {}),
      layer3('Flatten', 'fl', { data_format: 'channels_last' }),
    ]),
    rename: (name) => `s/${name}`,
  },
};

function lstm(name: string): Layer {
  return {
    name,
    units: 3,
    activation: 'tanh',
    recurrent_activation: 'sigmoid',
    use_bias: true,
    return_sequences: true,
    unit_forget_bias: true,
  };
}

function bidirectional(): Layer {
  const wrapped = (name: string, backwards: boolean): Layer =>
    layer3('LSTM', name, { ...lstm(name), go_backwards: backwards });
  return {
    merge_mode: 'concat',
    layer: wrapped('forward_lstm', false),
    backward_layer: wrapped('backward_lstm', true),
  };
}

for (const [name, { twin, model, rename }] of Object.entries(CASES)) {
  test(`reads Keras 3: ${name}`, async () => {
    const expected = twin();
    fillWeights(expected);
    const got = await runWith(topologyOf(model), expected, rename);
    const [mine, theirs] = [predictSome(got), predictSome(expected)];
    assert.equal(mine.length, theirs.length);
    for (const [index, values] of theirs.entries()) {
      assert.equal(mine[index]!.length, values.length);
      for (const [at, value] of values.entries()) {
        assert.ok(
          Math.abs(mine[index]![at]! - value) < 1e-6,
          `output ${index}[${at}]: ${mine[index]![at]}, ${value}`,
        );
      }
    }
  });
}

for (const [interpolation, isTold] of [
  ['bilinear', true],
  ['nearest', false],
] as const)
  test(`${interpolation} up-sampling: it is ${isTold ? '' : 'not '}told that tfjs computes it otherwise`, () => {
    const model = sequential3('s', [
      input3('x', 3, 3, 1),
      layer3('UpSampling2D', 'up', { size: [2, 2], interpolation }),
    ]);
    const { notes } = adaptTopology(topologyOf(model), [], 'a test');
    assert.equal(
      notes.some((note) => note.startsWith('up: outputs differ from those of Keras')),
      isTold,
    );
  });
