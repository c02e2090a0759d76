import { join } from 'node:path';
import { createRandom } from '../../src/core/index.js';
import { tf } from '../../src/engine/index.js';
import { saveArrays, saveModel } from '../pipeline/saved-model.js';

const SAMPLES = 1000;
const INPUTS = 32;

/** A model with random weights and inputs, whose answers are right; they are labels too, or there are none. */
export async function smallJob(folder: string, labels: 'none' | 'own answers' = 'none') {
  const random = createRandom(7);
  const dense = (units: number, activation: 'relu' | 'softmax', name: string, inputShape?: number[]) =>
    tf.layers.dense({
      units,
      activation,
      name,
      ...(inputShape && { inputShape }),
      kernelInitializer: tf.initializers.randomNormal({ stddev: 0.4, seed: units }),
    });
  const model = tf.sequential({
    layers: [dense(24, 'relu', 'wide', [INPUTS]), dense(23, 'relu', 'deep'), dense(6, 'softmax', 'last')],
  });
  const values = Float32Array.from({ length: SAMPLES * INPUTS }, () => random.normal());
  const x = { values, shape: [SAMPLES, INPUTS] };
  const job = {
    model: await saveModel(model, folder),
    data: await saveArrays(labels === 'none' ? { x } : { x, y: answersOf(model, x) }, folder),
    bits: 'auto',
    engine: 'embedded',
    output: join(folder, 'out'),
  } as const;
  model.dispose();
  return job;
}

function answersOf(model: tf.LayersModel, { values, shape }: { values: Float32Array; shape: number[] }) {
  const classes = tf.tidy(() =>
    tf.argMax(model.predict(tf.tensor(values, shape)) as tf.Tensor, -1).dataSync(),
  );
  return { values: Int32Array.from(classes), shape: [classes.length] };
}
