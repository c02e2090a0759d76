import { channelLayout, createRandom } from '../../src/core/index.js';
import type { Engine } from '../../src/engine/engine.js';
import * as tf from '../../src/engine/tf.js';
import { variableOf } from '../../src/engine/weights.js';
import type { Batch } from '../../src/metrics/targets.js';
import { uniform } from '../../src/quantize/quantizers/uniform.js';
import type { CodeCounts } from '../../src/train/entropy-penalty.js';
import { guideKernel } from '../../src/train/index.js';
import { layersStudent, layersTeacher } from '../../src/train/layers-models.js';
import { headOf } from '../output-heads.js';
import type { LayersTrainee } from './layers-trainee.js';

/** Two dense layers and a BatchNorm. */
export function denseModel(seed: number): tf.LayersModel {
  const kernelInitializer = tf.initializers.heNormal({ seed });
  return tf.sequential({
    layers: [
      tf.layers.dense({ units: 8, activation: 'relu', inputShape: [4], kernelInitializer }),
      tf.layers.batchNormalization({ momentum: 0.9 }),
      tf.layers.dense({ units: 3, activation: 'softmax', kernelInitializer }),
    ],
  });
}

/**
 * A small student and its teacher with two kernels at 2 bits.
 *
 * @param penalty  Factor of the entropy penalty; left out: there is none.
 */
export function traineeOf(engine: Engine, penalty?: tf.Variable, counts: CodeCounts = 'live'): LayersTrainee {
  const student = denseModel(1);
  const teacher = denseModel(1);
  teacher.setWeights(student.getWeights());
  const dense = [student.layers[0]!, student.layers[2]!];
  return {
    engine,
    student: layersStudent(student),
    teacher: layersTeacher(teacher),
    kernels: dense.map((layer, index) => {
      const variable = variableOf(layer.weights[0]!);
      const values = variable.dataSync() as Float32Array;
      const grid = uniform.fit(values, channelLayout(variable.shape, [1]), 2);
      return guideKernel({ name: `kernel ${index}`, variable, axes: [1] }, grid, penalty, counts);
    }),
    inputs: [{ shape: [4], dtype: 'float32' }],
    studentHeads: [headOf('softmax', { shape: [3], layer: dense[1]! })],
    teacherHeads: [headOf('softmax', { shape: [3], layer: teacher.layers[2]! })],
  };
}

/** Points whose class is the largest of their first three numbers. */
export function samples(count: number, seed: number): Batch {
  const random = createRandom(seed);
  const x = Float32Array.from({ length: count * 4 }, () => random.normal());
  const labels = Int32Array.from({ length: count }, (_, row) => {
    const first = [...x.subarray(row * 4, row * 4 + 3)];
    return first.indexOf(Math.max(...first));
  });
  return { inputs: [x], labels, size: count };
}

/** Six batches. */
export async function* six(): AsyncGenerator<Batch> {
  for (let batch = 0; batch < 6; batch++) yield samples(32, batch);
}
