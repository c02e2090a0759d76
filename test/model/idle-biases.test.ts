import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import * as tf from '../../src/engine/tf.js';
import { variableOf } from '../../src/engine/weights.js';
import { idleBiases } from '../../src/model/index.js';
import { startCpu } from '../cpu-engine.js';

describe('idle biases', () => {
  before(() => startCpu());

  it('are those that lead to BatchNorm alone, and have a gradient of 0', () => {
    const input = tf.input({ shape: [5, 5, 2] });
    const conv = (name: string, activation: 'linear' | 'relu' = 'linear') =>
      tf.layers.conv2d({ name, filters: 3, kernelSize: 3, padding: 'same', activation });
    const batchNorm = (x: tf.SymbolicTensor) => tf.layers.batchNormalization().apply(x) as tf.SymbolicTensor;
    const of = (layer: tf.layers.Layer, x: tf.SymbolicTensor) => layer.apply(x) as tf.SymbolicTensor;
    const idle = batchNorm(of(conv('idle'), input));
    const active = batchNorm(of(conv('active', 'relu'), idle));
    const depthwise = tf.layers.depthwiseConv2d({ name: 'depthwise', kernelSize: 2 });
    const after = batchNorm(of(depthwise, active));
    const twoWays = of(conv('two-ways'), after);
    const sum = of(tf.layers.add(), [batchNorm(twoWays), twoWays] as unknown as tf.SymbolicTensor);
    const flat = of(tf.layers.flatten(), of(tf.layers.reLU(), sum));
    const dense = batchNorm(of(tf.layers.dense({ name: 'dense', units: 4 }), flat));
    const output = of(tf.layers.dense({ name: 'output', units: 2 }), dense);
    const model = tf.model({ inputs: input, outputs: output });
    const biases = idleBiases(model);
    const names = model.layers
      .filter((layer) => layer.weights.some((weight) => biases.has(variableOf(weight))))
      .map(({ name }) => name);
    assert.deepEqual(names.sort(), ['dense', 'depthwise', 'idle']);

    const x = tf.randomNormal([8, 5, 5, 2], 0, 1, 'float32', 1);
    const all = model.layers.flatMap(({ weights }) =>
      weights.filter(({ name }) => name.endsWith('bias')).map(variableOf),
    );
    const { grads } = tf.variableGrads(
      () => tf.sum(tf.exp(model.apply(x, { training: true }) as tf.Tensor)),
      all,
    );
    for (const bias of all) {
      const size = Math.max(...grads[bias.name]!.dataSync().map(Math.abs));
      assert.equal(size < 1e-3, biases.has(bias), `${bias.name}: ${size}`);
    }
  });

  it('are none where BatchNorm works along another axis, or the layer is an output', () => {
    const input = tf.input({ shape: [4] });
    const hidden = tf.layers.dense({ units: 3 }).apply(input) as tf.SymbolicTensor;
    const normalized = tf.layers.batchNormalization().apply(hidden) as tf.SymbolicTensor;
    assert.equal(idleBiases(tf.model({ inputs: input, outputs: [hidden, normalized] })).size, 0);
    const image = tf.input({ shape: [4, 4, 1] });
    const conv = tf.layers.conv2d({ filters: 2, kernelSize: 3 }).apply(image) as tf.SymbolicTensor;
    const rows = tf.layers.batchNormalization({ axis: 1 }).apply(conv) as tf.SymbolicTensor;
    assert.equal(idleBiases(tf.model({ inputs: image, outputs: rows })).size, 0);
  });
});
