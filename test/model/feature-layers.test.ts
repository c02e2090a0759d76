import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { startEngine, tf } from '../../src/engine/index.js';
import { featureLayers, withFeatures } from '../../src/model/index.js';
import { outputsOf } from '../../src/train/index.js';

const input = () => tf.input({ shape: [6, 6, 2] });

describe('features of a layers model', () => {
  before(async () => void (await startEngine('embedded')));

  it('are the outputs of its activations, fused or layers of their own, but for gates and the last', () => {
    const model = tf.sequential({
      layers: [
        tf.layers.conv2d({ filters: 3, kernelSize: 3, inputShape: [6, 6, 2], name: 'plain' }),
        tf.layers.batchNormalization({ name: 'norm' }),
        tf.layers.reLU({ name: 'relu' }),
        tf.layers.conv2d({ filters: 3, kernelSize: 3, activation: 'elu', name: 'fused' }),
        tf.layers.activation({ activation: 'tanh', name: 'gate' }),
        tf.layers.flatten({ name: 'flat' }),
        tf.layers.dense({ units: 4, name: 'linear' }),
        tf.layers.leakyReLU({ name: 'leaky' }),
        tf.layers.dense({ units: 2, activation: 'sigmoid', name: 'last' }),
      ],
    });
    const names = featureLayers(model);
    assert.deepEqual(names, ['relu', 'fused', 'leaky']);

    const x = tf.randomNormal([3, 6, 6, 2], 0, 1, 'float32', 1);
    const expected = new Map<string, tf.Tensor>();
    let value: tf.Tensor = x;
    for (const layer of model.layers) {
      value = layer.apply(value) as tf.Tensor;
      expected.set(layer.name, value);
    }
    const outputs = outputsOf(withFeatures(model, names), [x], false);
    for (const [index, name] of ['last', ...names].entries())
      assert.deepEqual(outputs[index]!.dataSync(), expected.get(name)!.dataSync());
  });

  it('leave out a layer that is called twice, a choice among classes, and what is inside another layer', () => {
    const x = input();
    const shared = tf.layers.reLU({ name: 'shared' });
    const inner = tf.sequential({
      name: 'inner',
      layers: [tf.layers.dense({ units: 2, activation: 'relu', inputShape: [6, 6, 2], name: 'inside' })],
    });
    const first = shared.apply(x) as tf.SymbolicTensor;
    const second = shared.apply(inner.apply(first)) as tf.SymbolicTensor;
    const chosen = tf.layers.softmax({ name: 'softmax' }).apply(second) as tf.SymbolicTensor;
    const own = tf.layers.elu({ name: 'own' }).apply(chosen) as tf.SymbolicTensor;
    const y = tf.layers.conv2d({ filters: 1, kernelSize: 1 }).apply(own) as tf.SymbolicTensor;
    assert.deepEqual(featureLayers(tf.model({ inputs: x, outputs: y })), ['own']);
  });

  it('are none where steps are masked, and a model without them is the model itself', () => {
    const model = tf.sequential({
      layers: [
        tf.layers.embedding({ inputDim: 5, outputDim: 3, inputLength: 4, maskZero: true }),
        tf.layers.lstm({ units: 2, returnSequences: true }),
        tf.layers.dense({ units: 1 }),
      ],
    });
    assert.deepEqual(featureLayers(model), []);
    assert.equal(withFeatures(model, []), model);
  });
});
