import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import * as tf from '../../src/engine/tf.js';
import {
  fuseActivations,
  type LoadedModel,
  readModel,
  stripTopology,
  toLayersModel,
} from '../../src/model/index.js';
import { startCpu } from '../cpu-engine.js';
import { fillWeights, predictSome, saveModel } from './model-folder.js';

before(startCpu);

const { layers } = tf;
const symbolic = (value: unknown): tf.SymbolicTensor => value as tf.SymbolicTensor;
const conv = (options: object = {}) => layers.conv2d({ filters: 3, kernelSize: 3, ...options });
const relu = () => layers.activation({ activation: 'relu' });
const onImages = (...all: tf.layers.Layer[]) =>
  tf.sequential({ layers: [layers.inputLayer({ inputShape: [6, 6, 3] }), ...all] });

/** Changes a model's topology and checks that stock tfjs makes the same outputs of it. */
async function change(model: tf.LayersModel, by: typeof stripTopology) {
  fillWeights(model);
  const loaded = await readModel(await saveModel(model));
  const changed: LoadedModel = { ...loaded, topology: by(loaded.topology, 'model') };
  const running = await toLayersModel(changed);
  const expected = predictSome(model);
  for (const [output, values] of predictSome(running).entries())
    for (const [at, value] of values.entries())
      assert.ok(Math.abs(value - expected[output]![at]!) <= 1e-5, `${value} for ${expected[output]![at]}`);
  return { running, text: JSON.stringify(changed.topology) };
}

function kindsOf(model: tf.LayersModel): string {
  return model.layers.map((layer) => layer.getClassName()).join(' ');
}

function twoReaders(): tf.LayersModel {
  const input = tf.input({ shape: [6, 6, 3] });
  const one = symbolic(conv().apply(input));
  const sum = symbolic(layers.add().apply([one, symbolic(relu().apply(one))]));
  return tf.model({ inputs: input, outputs: symbolic(layers.flatten().apply(sum)) });
}

function residual(): tf.LayersModel {
  const input = tf.input({ shape: [6, 6, 3] });
  const one = symbolic(relu().apply(symbolic(conv({ padding: 'same' }).apply(input))));
  const sum = symbolic(layers.add().apply([input, one]));
  return tf.model({ inputs: input, outputs: symbolic(layers.flatten().apply(symbolic(relu().apply(sum)))) });
}

describe('activations become part of the layer before them', () => {
  const cases: Readonly<Record<string, readonly [build: () => tf.LayersModel, kinds: string]>> = {
    'of convolutions and dense layers': [
      () =>
        onImages(
          conv(),
          relu(),
          layers.depthwiseConv2d({ kernelSize: 2 }),
          layers.reLU({ maxValue: 6 }),
          layers.flatten(),
          layers.dense({ units: 4 }),
          layers.activation({ activation: 'tanh' }),
          layers.dense({ units: 2 }),
        ),
      'InputLayer Conv2D DepthwiseConv2D Flatten Dense Dense',
    ],
    'beside a residual connection, but not after the addition': [
      residual,
      'InputLayer Conv2D Add Activation Flatten',
    ],
    'not where the layer has one': [
      () => onImages(conv({ activation: 'tanh' }), relu(), layers.flatten()),
      'InputLayer Conv2D Activation Flatten',
    ],
    'not with another limit': [
      () => onImages(conv(), layers.reLU({ maxValue: 1 }), layers.flatten()),
      'InputLayer Conv2D ReLU Flatten',
    ],
    'not of what is read elsewhere too': [twoReaders, 'InputLayer Conv2D Activation Add Flatten'],
    'not where it is the output, which has its name': [
      () => onImages(conv(), relu()),
      'InputLayer Conv2D Activation',
    ],
  };
  for (const [name, [build, kinds]] of Object.entries(cases)) {
    it(name, async () => {
      const { running } = await change(build(), fuseActivations);
      assert.equal(kindsOf(running), kinds);
    });
  }
});

describe('a stripped topology', () => {
  it('has no regularizers, constraints and random values, and still what it computes with', async () => {
    const model = onImages(
      conv({ kernelRegularizer: 'l1l2', kernelConstraint: 'maxNorm', strides: 2, padding: 'same' }),
      layers.batchNormalization({ epsilon: 0.1, betaInitializer: 'ones' }),
      layers.leakyReLU({ alpha: 0.2 }),
      layers.flatten(),
      layers.dense({ units: 2, trainable: false, useBias: false }),
    );
    const { text } = await change(model, stripTopology);
    assert.doesNotMatch(text, /egularizer|onstraint|VarianceScaling|"trainable":true|:null/);
    assert.match(text, /"trainable":false/);
  });

  it("leaves recurrent layers and the user's own as they are", () => {
    const entry = {
      class_name: 'Mine',
      config: { name: 'mine', size: null, own_regularizer: { class_name: 'L1L2', config: { l1: 1 } } },
    };
    const topology = {
      keras_version: 'tfjs-layers 4.22.0',
      model_config: { class_name: 'Sequential', config: { name: 'all', layers: [entry] } },
    };
    assert.deepEqual(stripTopology(topology, 'model'), topology);
  });
});
