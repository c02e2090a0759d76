import type { Engine } from './engine.js';
import * as tf from './tf.js';
import { variableOf } from './weights.js';

const BATCH = 32;
const WARM_UP = 4;
const CALLS = 15;

/**
 * Times a small training step, two convolutions and a dense layer on 32 images of 16 x 16 x 8.
 *
 * @param engine  The one that is in use.
 * @returns Milliseconds, the median of 15 calls after the first four.
 */
export function timeStep(engine: Engine): number {
  const conv = () => tf.layers.conv2d({ filters: 16, kernelSize: 3, padding: 'same', activation: 'relu' });
  const model = tf.sequential({
    layers: [
      tf.layers.inputLayer({ inputShape: [16, 16, 8] }),
      conv(),
      conv(),
      tf.layers.flatten(),
      tf.layers.dense({ units: 4 }),
    ],
  });
  const weights = model.trainableWeights.map(variableOf);
  const step = engine.compileStep(([x]) => {
    const loss = () => tf.mean(tf.square(model.apply(x!, { training: true }) as tf.Tensor)) as tf.Scalar;
    const { value, grads } = tf.variableGrads(loss, weights);
    for (const weight of weights) weight.assign(tf.sub(weight, tf.mul(grads[weight.name]!, 1e-3)));
    return [value];
  }, weights);
  const x = tf.randomNormal([BATCH, 16, 16, 8], 0, 1, 'float32', 1);
  const times: number[] = [];
  for (let call = 0; call < WARM_UP + CALLS; call++) {
    const start = performance.now();
    const [loss] = step.run([x]);
    loss!.dataSync();
    times.push(performance.now() - start);
    tf.dispose(loss!);
  }
  step.dispose();
  model.dispose();
  tf.dispose(x);
  return times.slice(WARM_UP).sort((a, b) => a - b)[Math.floor(CALLS / 2)]!;
}
