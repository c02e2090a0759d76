import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import * as tf from '../../src/engine/tf.js';
import { countMultiplications, forwardWork } from '../../src/model/index.js';
import { startCpu } from '../cpu-engine.js';

before(startCpu);

const { layers } = tf;
const work = (model: tf.LayersModel, ...inputs: number[][]) => forwardWork(model, inputs);

describe('the work of a forward pass', () => {
  it('is what is counted where every size is known', () => {
    const model = tf.sequential({
      layers: [
        layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: 'same', inputShape: [8, 8, 3] }),
        layers.depthwiseConv2d({ kernelSize: 3, padding: 'same' }),
        layers.conv2dTranspose({ filters: 2, kernelSize: 2, strides: 2 }),
        layers.flatten(),
        layers.dense({ units: 5 }),
      ],
    });
    // 4x4 positions of 3x3x3x4, 4x4 of 3x3x4, 4x4 of 2x2x4x2, and 128x5.
    const byHand = 16 * 108 + 16 * 36 + 16 * 32 + 640;
    assert.deepEqual(work(model, [8, 8, 3]), {
      ...{ multiplications: byHand, steps: 0 },
      weights: 108 + 36 + 32 + 640,
      // 4x4x4 twice, 8x8x2 as an image and as a row, and 5.
      values: 64 + 64 + 128 + 128 + 5,
    });
    assert.equal(countMultiplications(model), byHand);
  });

  it('is that of the sizes given where the model leaves them open', () => {
    const model = tf.sequential({
      layers: [
        layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same', inputShape: [null, null, 3] }),
        layers.globalAveragePooling2d({}),
        layers.dense({ units: 2 }),
      ],
    });
    assert.equal(work(model, [64, 32, 3]).multiplications, 64 * 32 * 108 + 8);
  });

  it('counts every step of what is wrapped or recurrent, and steps that wait for each other', () => {
    const wrapped = tf.sequential({
      layers: [
        layers.timeDistributed({
          layer: layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same' }),
          inputShape: [5, 8, 8, 3],
        }),
      ],
    });
    assert.equal(work(wrapped, [5, 8, 8, 3]).multiplications, 5 * 64 * 108);
    const recurrent = tf.sequential({
      layers: [
        layers.gru({ units: 4, inputShape: [null, 3], returnSequences: true, recurrentInitializer: 'zeros' }),
        layers.bidirectional({
          layer: layers.lstm({ units: 2, recurrentInitializer: 'zeros' }) as tf.RNN,
          mergeMode: 'concat',
        }),
      ],
    });
    const gru = 3 * 12 + 4 * 12;
    const lstm = 4 * 8 + 2 * 8;
    assert.deepEqual(work(recurrent, [20, 3]), {
      multiplications: 20 * (gru + 2 * lstm),
      steps: 60,
      weights: gru + 2 * lstm,
      values: 20 * 4 + 4,
    });
    const images = tf.sequential({
      layers: [
        layers.convLstm2d({
          filters: 2,
          kernelSize: 3,
          padding: 'same',
          inputShape: [6, 8, 8, 3],
          recurrentInitializer: 'zeros',
        }) as tf.layers.Layer,
      ],
    });
    assert.equal(work(images, [6, 8, 8, 3]).multiplications, 6 * 64 * (9 * 3 * 8 + 9 * 2 * 8));
  });

  it('is nothing for what is looked up, and follows nested models', () => {
    const embedding = layers.embedding({ inputDim: 1000, outputDim: 4, inputLength: 7 });
    const inner = tf.sequential({ layers: [layers.dense({ units: 3, inputShape: [7, 4] })] });
    const model = tf.sequential({ layers: [embedding, inner] });
    assert.equal(work(model, [7]).multiplications, 7 * 12);
  });
});
