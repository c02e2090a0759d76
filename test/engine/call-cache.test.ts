import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { CallCache } from '../../src/engine/call-cache.js';
import * as tf from '../../src/engine/tf.js';
import { startCpu } from '../cpu-engine.js';

const { layers } = tf;

/** Two branches, a layer that is called twice, and a nested model; every layer counts its calls. */
function branchingModel() {
  const input = tf.input({ shape: [4] });
  const stem = layers.dense({ units: 4, name: 'stem', activation: 'tanh' });
  const shared = layers.dense({ units: 4, name: 'shared', activation: 'tanh' });
  const side = layers.dense({ units: 4, name: 'side' });
  const nested = tf.sequential({
    name: 'nested',
    layers: [layers.dense({ units: 3, inputShape: [4] }), layers.dense({ units: 4 })],
  });
  const head = layers.dense({ units: 2, name: 'head' });
  const apply = (layer: tf.layers.Layer, x: tf.SymbolicTensor) => layer.apply(x) as tf.SymbolicTensor;
  const trunk = apply(stem, input);
  const once = apply(shared, trunk);
  const sum = layers.add({ name: 'sum' }).apply([apply(side, trunk), apply(nested, apply(shared, once))]);
  const model = tf.model({ inputs: input, outputs: apply(head, sum as tf.SymbolicTensor) });
  const calls: string[] = [];
  for (const layer of model.layers) {
    const own = layer.call;
    layer.call = (inputs, options) => {
      calls.push(layer.name);
      return own.call(layer, inputs, options);
    };
  }
  return { model, calls };
}

describe('CallCache', () => {
  before(async () => void (await startCpu()));

  const cases: readonly { changed: string; again: readonly string[] }[] = [
    { changed: 'head', again: ['head'] },
    { changed: 'side', again: ['head', 'side', 'sum'] },
    { changed: 'nested', again: ['head', 'nested', 'sum'] },
    { changed: 'shared', again: ['head', 'nested', 'shared', 'shared', 'sum'] },
    { changed: 'stem', again: ['head', 'nested', 'shared', 'shared', 'side', 'stem', 'sum'] },
  ];
  for (const { changed, again } of cases) {
    it(`with ${changed} changed calls ${again.join(', ')} again, and gives what the whole model gives`, () => {
      const { model, calls } = branchingModel();
      const layer = model.getLayer(changed);
      const x = tf.tensor2d([1, -2, 0.5, 3, 0, 1, 1, -1], [2, 4]);
      const run = () => model.apply(x, { training: false }) as tf.Tensor;
      const tensors = tf.memory().numTensors;
      tf.tidy(() => {
        const cache = new CallCache(model.layers);
        const recorded = cache.record([x], run).dataSync();
        assert.deepEqual([...recorded], [...run().dataSync()]);
        layer.setWeights(layer.getWeights().map((weight) => tf.add(weight, 0.25)));
        calls.length = 0;
        const replayed = cache.replay(new Set([layer]), run).dataSync();
        assert.deepEqual([...calls].sort(), again);
        assert.deepEqual([...replayed], [...run().dataSync()]);
        assert.notDeepEqual([...replayed], [...recorded]);
        // It can be replayed again.
        assert.deepEqual([...cache.replay(new Set([layer]), run).dataSync()], [...replayed]);
        cache.dispose();
      });
      assert.equal(tf.memory().numTensors, tensors);
    });
  }
});
