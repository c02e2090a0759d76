import { join } from 'node:path';
import { createRandom } from '../../src/core/index.js';
import { tf } from '../../src/engine/index.js';
import { saveArrays, saveModel } from '../pipeline/saved-model.js';

const SAMPLES = 1000;
const INPUTS = 32;

/**
 * A model with random weights and inputs, whose answers are right; they are labels too, or there are none.
 *
 * @param common  Share of each input that all columns have in common, so that errors of weights can cancel out.
 */
export async function smallJob(folder: string, labels: 'none' | 'own answers' = 'none', common = 0) {
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
  const values = new Float32Array(SAMPLES * INPUTS);
  for (let row = 0; row < SAMPLES; row++) {
    const shared = common === 0 ? 0 : common * random.normal();
    for (let column = 0; column < INPUTS; column++)
      values[row * INPUTS + column] = shared + (1 - common) * random.normal();
  }
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
