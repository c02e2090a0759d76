import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, describe, it } from 'node:test';
import { startEngine } from '../../src/engine/index.js';
import * as tf from '../../src/engine/tf.js';
import { variableOf } from '../../src/engine/weights.js';
import { exporters } from '../../src/export/index.js';
import { registerLayers } from '../../src/keras-layers/index.js';
import { readModel, toLayersModel } from '../../src/model/index.js';
import { startCpu } from '../cpu-engine.js';
import { skipWithoutNative } from '../engine/native-available.js';
import { type Layer, layer3, loadWith, runWith, sequential3, topologyOf } from '../model/keras.js';
import { saveModel, someTensor } from '../model/model-folder.js';

const { layers } = tf;
const UNITS = 3;
const FEATURES = 2;
const STEPS = 5;
const BATCH = 2;

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** One step of the formula for one sample: the reset gate acts behind the product, with a bias of its own. */
function step(x: number[], state: number[], [kernel, recurrent, bias]: number[][][]): number[] {
  const gate = (which: number, unit: number, values: number[], weights: number[][], row: number): number => {
    const column = which * UNITS + unit;
    return values.reduce(
      (sum, value, i) => sum + value * weights[i]![column]!,
      bias === undefined ? 0 : bias[row]![column]!,
    );
  };
  return state.map((before, unit) => {
    const [ofInput, ofState] = [
      (which: number) => gate(which, unit, x, kernel!, 0),
      (which: number) => gate(which, unit, state, recurrent!, 1),
    ];
    const update = sigmoid(ofInput(0) + ofState(0));
    const reset = sigmoid(ofInput(1) + ofState(1));
    return update * before + (1 - update) * Math.tanh(ofInput(2) + reset * ofState(2));
  });
}

/** The state after each step of a sample. */
function run(x: number[][], weights: number[][][]): number[][] {
  let state = new Array<number>(UNITS).fill(0);
  return x.map((each) => {
    state = step(each, state, weights);
    return state;
  });
}

/** A GRU as the class that is registered makes it; `biasRows`: 2 with reset_after, 0 without a bias. */
function gruLayer(biasRows: 0 | 2): tf.RNN {
  registerLayers(tf);
  const [Gru] = tf.serialization.SerializationMap.getMap().classNameMap.GRU! as unknown as [
    new (options: object) => tf.RNN,
  ];
  const options = { name: 'gru', units: UNITS, inputShape: [STEPS, FEATURES], recurrentInitializer: 'zeros' };
  const gates = { recurrentActivation: 'sigmoid', resetAfter: true, useBias: biasRows > 0 };
  return new Gru({ ...options, ...gates });
}

function filled(layer: tf.layers.Layer): tf.LayersModel {
  const model = tf.sequential({ layers: [layer] });
  layer.setWeights(layer.weights.map(({ shape }, index) => someTensor(shape as number[], index + 3)));
  return model;
}

const input = [BATCH, STEPS, FEATURES];
const keras = (options: Layer): Layer =>
  layer3('GRU', 'gru', {
    batch_input_shape: [null, ...input.slice(1)],
    units: UNITS,
    activation: 'tanh',
    recurrent_activation: 'sigmoid',
    ...options,
  });

function assertClose(got: number[], expected: number[], tolerance = 1e-5): void {
  assert.equal(got.length, expected.length);
  for (const [at, value] of got.entries())
    assert.ok(Math.abs(value - expected[at]!) <= tolerance, `${at}: ${value} for ${expected[at]}`);
}

const flat = (tensor: unknown): number[] => [...(tensor as tf.Tensor).dataSync()];

describe('a GRU with reset_after', () => {
  before(startCpu);

  const x = () => someTensor(input, 9);
  const expected = (twin: tf.LayersModel): number[][][] => {
    const weights = twin.layers[0]!.getWeights().map((each) => each.arraySync() as number[][]);
    return (x().arraySync() as number[][][]).map((sample) => run(sample, weights));
  };

  for (const [name, version, rename, options] of [
    ['Keras 2', '2.15.0', (each: string) => each.replace('gru/', 'gru/gru_cell/'), { reset_after: true }],
    [
      'Keras 3',
      '3.4.0',
      (each: string) => each.replace('gru/', 'sequential/gru/gru_cell/'),
      { reset_after: true },
    ],
    ['Keras 3, where it may be left out', '3.4.0', (each: string) => each, {}],
  ] as const)
    it(`computes the formula, as written by ${name}`, async () => {
      const twin = filled(gruLayer(2));
      const topology = topologyOf(
        sequential3('sequential', [keras({ ...options, return_sequences: true })]),
        version,
      );
      const model = await runWith(topology, twin, rename);
      assertClose(flat(model.predict(x())), expected(twin).flat(2));
    });

  it('is read as tfjs writes it', async () => {
    const twin = filled(gruLayer(2));
    const model = await toLayersModel(await readModel(await saveModel(twin)));
    const last = expected(twin).map((states) => states.at(-1)!);
    assertClose(flat(model.predict(x())), last.flat());
  });

  it('gives the last state alone, without a bias too', async () => {
    const twin = filled(gruLayer(0));
    const topology = topologyOf(
      sequential3('sequential', [keras({ reset_after: true, use_bias: false })]),
      '2.15.0',
    );
    const model = await runWith(topology, twin);
    assertClose(
      flat(model.predict(x())),
      expected(twin).flatMap((states) => states.at(-1)!),
    );
  });

  it('is the cell of an RNN and the layer of a Bidirectional', async () => {
    const twin = filled(gruLayer(2));
    const cell = {
      class_name: 'GRUCell',
      config: {
        name: 'cell',
        units: UNITS,
        activation: 'tanh',
        recurrent_activation: 'sigmoid',
        reset_after: true,
      },
    };
    const shape = { batch_input_shape: [null, ...input.slice(1)] };
    const rnn = topologyOf(sequential3('sequential', [layer3('RNN', 'gru', { ...shape, cell })]), '2.15.0');
    const last = expected(twin).map((states) => states.at(-1)!);
    assertClose(flat((await runWith(rnn, twin)).predict(x())), last.flat());

    const layer = layers.bidirectional({
      layer: gruLayer(2),
      mergeMode: 'concat',
      inputShape: input.slice(1),
    });
    const both = await toLayersModel(await readModel(await saveModel(filled(layer))));
    const weights = layer.getWeights().map((each) => each.arraySync() as number[][]);
    const ends = (x().arraySync() as number[][][]).map((sample) => [
      ...run(sample, weights.slice(0, 3)).at(-1)!,
      ...run(sample.toReversed(), weights.slice(3)).at(-1)!,
    ]);
    assertClose(flat(both.predict(x())), ends.flat());
  });

  it('leaves a GRU without it as tfjs has it', async () => {
    const stock = layers.gru({
      name: 'gru',
      units: UNITS,
      inputShape: [STEPS, FEATURES],
      recurrentInitializer: 'zeros',
    });
    const twin = filled(stock);
    const topology = topologyOf(
      sequential3('sequential', [keras({ reset_after: false, recurrent_activation: 'hard_sigmoid' })]),
      '2.15.0',
    );
    assert.deepEqual(flat((await runWith(topology, twin)).predict(x())), flat(twin.predict(x())));
  });

  it('comes with the package as qgt/layers', async () => {
    const { exports } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
    const { types, default: entry } = exports['./layers'];
    assert.deepEqual([types, entry], ['./dist/keras-layers/index.d.ts', './dist/keras-layers/index.js']);
  });

  it('is saved with the option, and both notes say how stock tfjs loads it', async () => {
    const twin = filled(gruLayer(2));
    const loaded = await loadWith(
      topologyOf(sequential3('sequential', [keras({ reset_after: true })]), '2.15.0'),
      twin,
    );
    const model = await toLayersModel(loaded);
    assert.match(JSON.stringify(model.toJSON(null, false)), /"reset_after":true/);
    const note = /^gru: stock tfjs refuses GRU.*registerLayers\(tf\) of qgt\/layers/;
    assert.match(loaded.notes.at(-1)!, note);
    const tensors = loaded.weights.map((weight) => ({ encoding: 'raw' as const, ...weight }));
    const packed = {
      kind: 'layers' as const,
      topology: loaded.topology,
      metadata: {},
      preprocessing: {},
      tensors,
    };
    const { notes } = await exporters.find(({ name }) => name === 'tfjs')!.export(packed, {});
    assert.match(notes.at(-1)!, note);
  });
});

for (const name of ['embedded', 'native'] as const) {
  describe(`a GRU with reset_after on the ${name} engine`, {
    skip: name === 'native' && (await skipWithoutNative()),
  }, () => {
    before(async () => void (await startEngine(name)));

    it('has the gradients of finite differences', () => {
      const model = filled(gruLayer(2));
      const x = someTensor(input, 9);
      const loss = () => tf.sum(tf.square(model.apply(x, { training: true }) as tf.Tensor)) as tf.Scalar;
      const variables = model.trainableWeights.map(variableOf);
      const { grads } = tf.variableGrads(loss, variables);
      for (const variable of variables) {
        const direction = someTensor(variable.shape, 20);
        const slope = tf.sum(tf.mul(grads[variable.name]!, direction)).dataSync()[0]!;
        const start = variable.clone();
        const [down, up] = [-1e-2, 1e-2].map((by) => {
          variable.assign(tf.add(start, tf.mul(direction, by)));
          return loss().dataSync()[0]!;
        });
        variable.assign(start);
        assertClose([slope], [(up! - down!) / 2e-2], 1e-3 * Math.max(1, Math.abs(slope)));
      }
    });
  });
}
