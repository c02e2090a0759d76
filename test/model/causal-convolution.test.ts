import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import * as tf from '../../src/engine/tf.js';
import { readModel, removeDeadChannels, toLayersModel } from '../../src/model/index.js';
import { startCpu } from '../cpu-engine.js';
import { runWith, topologyOf } from './keras.js';
import { saveModel, someTensor } from './model-folder.js';
import { kill } from './pruned-model.js';

before(startCpu);

const { layers } = tf;

/** What a causal convolution is: nothing of later steps, zeros before the first. */
function causal(x: tf.Tensor, layer: tf.layers.Layer, dilation: number, stride = 1): tf.Tensor {
  const [kernel, bias] = layer.getWeights() as [tf.Tensor3D, tf.Tensor];
  const zeros = (kernel.shape[0] - 1) * dilation;
  const padded = tf.pad(x, [
    [0, 0],
    [zeros, 0],
    [0, 0],
  ]) as tf.Tensor3D;
  return tf.add(tf.conv1d(padded, kernel, stride, 'valid', 'NWC', dilation), bias);
}

const conv = (name: string, options: object) =>
  layers.conv1d({
    name,
    filters: 4,
    kernelSize: 3,
    padding: 'causal' as 'same',
    biasInitializer: 'ones',
    ...options,
  });

describe('a causal Conv1D', () => {
  it('computes what it should, in a Sequential model and called twice in another', async () => {
    const [first, second] = [
      conv('first', { dilationRate: 2, inputShape: [12, 2] }),
      // The name that the layers in front of the first would be given.
      conv('first_causal_zeros', { strides: 2, kernelSize: 2 }),
    ];
    const chain = await readModel(await saveModel(tf.sequential({ layers: [first, second] })));
    const x = someTensor([2, 12, 2]);
    const expected = causal(causal(x, first, 2), second, 1, 2);
    const running = await toLayersModel(chain);
    assert.deepEqual((running.predict(x) as tf.Tensor).arraySync(), expected.arraySync());
    assert.match(
      chain.notes.join(),
      /^first: padding='causal', which tfjs can't compute, became layers of their own,first_causal_zeros/,
    );

    const shared = conv('shared', { filters: 2 });
    const input = tf.input({ shape: [null, 2] });
    const output = shared.apply(shared.apply(input)) as tf.SymbolicTensor;
    const twice = await toLayersModel(
      await readModel(await saveModel(tf.model({ inputs: input, outputs: output }))),
    );
    assert.deepEqual(
      (twice.predict(x) as tf.Tensor).arraySync(),
      causal(causal(x, shared, 1), shared, 1).arraySync(),
    );
  });

  it('computes what it should as Keras writes it', async () => {
    const twin = tf.sequential({ layers: [conv('one', { inputShape: [12, 2] })] });
    const options = { filters: 4, kernel_size: [3], padding: 'causal', dilation_rate: [1], groups: 1 };
    const config = {
      name: 'one',
      batch_input_shape: [null, 12, 2],
      data_format: 'channels_last',
      ...options,
    };
    const topology = { class_name: 'Sequential', config: { layers: [{ class_name: 'Conv1D', config }] } };
    const model = await runWith(topologyOf(topology, '2.15.0'), twin, (name) => `model/${name}`);
    const x = someTensor([2, 12, 2]);
    assert.deepEqual((model.predict(x) as tf.Tensor).arraySync(), causal(x, twin.layers[0]!, 1).arraySync());
  });

  it('says how many steps there are, which Flatten has to know', async () => {
    const [first, second] = [
      conv('first', { strides: 2, inputShape: [11, 2], activation: 'relu' }),
      conv('second', {}),
    ];
    const model = tf.sequential({ layers: [first, layers.dropout({ rate: 0.1 }), second, layers.flatten()] });
    const running = await toLayersModel(await readModel(await saveModel(model)));
    const x = someTensor([2, 11, 2]);
    const expected = causal(tf.relu(causal(x, first, 1, 2)), second, 1);
    assert.deepEqual(
      (running.predict(x) as tf.Tensor).arraySync(),
      tf.reshape(expected, [2, 24]).arraySync(),
    );
  });

  it('loses dead channels through the layers that it becomes', async () => {
    const model = tf.sequential({
      layers: [conv('one', { inputShape: [12, 2], biasInitializer: 'zeros' }), conv('two', {})],
    });
    kill(model, 'one', [1], 2);
    const pruned = removeDeadChannels(await readModel(await saveModel(model)));
    assert.equal(pruned.removed, 1);
    const x = someTensor([2, 12, 2]);
    const expected = causal(causal(x, model.layers[0]!, 1), model.layers[1]!, 1);
    const got = (await toLayersModel(pruned.model)).predict(x) as tf.Tensor;
    assert.ok(tf.max(tf.abs(tf.sub(got, expected))).dataSync()[0]! < 1e-6);
  });

  it('is refused in a wrapper', async () => {
    const inner = conv('inner', {});
    const model = tf.sequential({
      layers: [layers.timeDistributed({ layer: inner, inputShape: [3, 12, 2] })],
    });
    await assert.rejects(readModel(await saveModel(model)), {
      code: 'unsupported-layer',
      message: /causal.*wrapped/,
    });
  });
});
