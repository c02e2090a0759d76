import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Engine } from '../../src/engine/engine.js';
import { ratesAt } from '../../src/engine/index.js';
import * as tf from '../../src/engine/tf.js';
import type { Trainee } from '../../src/train/index.js';
import { layersStudent, layersTeacher } from '../../src/train/layers-models.js';
import { createStep } from '../../src/train/step.js';
import { startCpu } from '../cpu-engine.js';
import { stepOptions } from '../options.js';
import { headOf } from '../output-heads.js';
import { twoBitKernel } from '../train/two-bit-kernel.js';

/** Depthwise and pointwise convolution, each before a BatchNorm whose second channel has no variance. */
function separable(): tf.LayersModel {
  const seed = (number: number) => tf.initializers.heNormal({ seed: number });
  const model = tf.sequential({
    layers: [
      tf.layers.depthwiseConv2d({ kernelSize: 3, inputShape: [6, 6, 3], depthwiseInitializer: seed(1) }),
      tf.layers.batchNormalization(),
      tf.layers.conv2d({ filters: 4, kernelSize: 1, kernelInitializer: seed(2) }),
      tf.layers.batchNormalization(),
      tf.layers.globalAveragePooling2d({}),
      tf.layers.dense({ units: 3, activation: 'softmax', kernelInitializer: seed(3) }),
    ],
  });
  for (const at of [1, 3]) {
    const [gamma, beta, mean, variance] = model.layers[at]!.getWeights();
    const dead = Float32Array.from(variance!.dataSync(), (_, channel) => (channel === 1 ? 1e-12 : 1));
    model.layers[at]!.setWeights([gamma!, beta!, mean!, tf.tensor1d(dead)]);
  }
  return model;
}

function traineeOf(engine: Engine): Trainee {
  const [student, teacher] = [separable(), separable()];
  teacher.setWeights(student.getWeights());
  const kernels = [
    { layer: student.layers[0]!, axes: [2, 3] },
    { layer: student.layers[2]!, axes: [3] },
  ].map(({ layer, axes }) => twoBitKernel(layer, axes));
  return {
    engine,
    student: layersStudent(student),
    teacher: layersTeacher(teacher),
    kernels,
    inputs: [{ shape: [6, 6, 3], dtype: 'float32' }],
    studentHeads: [headOf('softmax', { shape: [3], layer: student.layers[5]! })],
    teacherHeads: [headOf('softmax', { shape: [3], layer: teacher.layers[5]! })],
  };
}

/** How far each channel of both kernels moves in a step. */
async function movesOf(engine: Engine, statistics: 'batch' | 'frozen'): Promise<number[][]> {
  const trainee = traineeOf(engine);
  const step = createStep(
    trainee,
    stepOptions({ distill: 1, temperature: 1, statistics, teaching: 'logits', precision: 'float32' }),
    'training',
  );
  const kernels = trainee.kernels.map(({ variable }) => variable);
  const before = kernels.map((kernel) => Float32Array.from(kernel.dataSync()));
  const x = tf.randomNormal([8, 6, 6, 3], 0, 1, 'float32', 4);
  await step.run({ inputs: [x], targets: [] }, { guidance: 0.02, focus: 2, adam: ratesAt(0.01, 1) });
  step.dispose();
  return kernels.map((kernel, index) => {
    const channels = [3, 4][index]!;
    const moves = Array.from({ length: channels }, () => 0);
    for (const [i, value] of kernel.dataSync().entries())
      moves[i % channels]! += Math.abs(value - before[index]![i]!);
    return moves;
  });
}

describe('dead channels', () => {
  let engine: Engine;
  before(async () => {
    engine = await startCpu();
  });

  it('stay as they are on remembered statistics, and the others learn', async () => {
    for (const moves of await movesOf(engine, 'frozen')) {
      for (const [channel, move] of moves.entries())
        assert.equal(move > 0, channel !== 1, `${channel}: ${move}`);
    }
  });

  it('may come to life on the statistics of a batch', async () => {
    for (const moves of await movesOf(engine, 'batch')) assert.ok(moves.every((move) => move > 0));
  });
});
