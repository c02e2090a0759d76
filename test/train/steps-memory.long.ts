import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { channelLayout, createRandom } from '../../src/core/index.js';
import { fuseBatchNorm, ratesAt, startEngine, tf, variableOf } from '../../src/engine/index.js';
import { uniform } from '../../src/quantize/quantizers/uniform.js';
import { guideKernel, type Trainee } from '../../src/train/index.js';
import { createStep } from '../../src/train/step.js';
import { skipWithoutNative } from '../engine/native-available.js';
import { stepOptions } from '../options.js';
import { headOf } from '../output-heads.js';

const STEPS = 2000;
/** Allocators and caches have settled by then. */
const SETTLED = 500;
/** What may still come and go; the activations of 40 steps. */
const SLACK_BYTES = 16e6;

/** Convolution, BatchNorm and a dense layer, each step on 16 images of 16x16. */
function smallModel(seed: number): tf.LayersModel {
  const kernelInitializer = tf.initializers.heNormal({ seed });
  return tf.sequential({
    layers: [
      tf.layers.conv2d({ filters: 32, kernelSize: 3, inputShape: [16, 16, 3], kernelInitializer }),
      tf.layers.batchNormalization(),
      tf.layers.globalAveragePooling2d({}),
      tf.layers.dense({ units: 10, activation: 'softmax', kernelInitializer }),
    ],
  });
}

async function nativeTrainee(): Promise<Trainee> {
  const engine = await startEngine('native');
  const [student, teacher] = [smallModel(1), smallModel(2)];
  const [convolution, , , dense] = student.layers;
  fuseBatchNorm(student);
  const kernels = [
    { layer: convolution!, axes: [3] },
    { layer: dense!, axes: [1] },
  ].map(({ layer, axes }) => {
    const weight = layer.weights[0]!;
    const values = variableOf(weight).dataSync() as Float32Array;
    const grid = uniform.fit(values, channelLayout(weight.shape as number[], axes), 2);
    return guideKernel({ name: layer.name, weight, axes }, grid);
  });
  return {
    engine,
    student,
    teacher,
    kernels,
    layers: student.layers,
    inputs: [{ shape: [16, 16, 3], dtype: 'float32' }],
    studentHeads: [headOf('softmax', { shape: [10], layer: dense! })],
    teacherHeads: [headOf('softmax', { shape: [10], layer: teacher.layers[3]! })],
  };
}

describe('the memory of many steps', { skip: await skipWithoutNative() }, () => {
  it(`is the same after ${STEPS} as after ${SETTLED}, on and off the engine`, async (test) => {
    const trainee = await nativeTrainee();
    const step = createStep(
      trainee,
      stepOptions({ distill: 0.5, temperature: 1, precision: 'float32' }),
      'training',
    );
    const random = createRandom(0);
    const counts = new Set<number>();
    let settledBytes = 0;
    for (let index = 1; index <= STEPS; index++) {
      const xs = tf.tensor(Float32Array.from({ length: 16 * 16 * 16 * 3 }, random.next), [16, 16, 16, 3]);
      const ys = tf.tidy(() => tf.cast(tf.oneHot(tf.range(0, 16, 1, 'int32'), 10), 'float32'));
      await step.run({ inputs: [xs], targets: [ys] }, { guidance: 0.02, adam: ratesAt(0.001, index) });
      tf.dispose([xs, ys]);
      if (index >= SETTLED) counts.add(tf.memory().numTensors);
      if (index === SETTLED) settledBytes = process.memoryUsage().rss;
    }
    const grownBytes = process.memoryUsage().rss - settledBytes;
    test.diagnostic(`${(grownBytes / 1e6).toFixed(1)} MB more after ${STEPS} steps than after ${SETTLED}`);
    assert.equal(counts.size, 1);
    assert.ok(grownBytes < SLACK_BYTES, `${grownBytes} bytes more`);
    step.dispose();
  });
});
