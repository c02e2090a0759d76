import * as tf from '../tf.js';
import { nativeBackend } from './backend.js';

/**
 * Gradients that TensorFlow has one op for, where tfjs puts several together.
 *
 * Registered once for all engines; on another one than this they are tfjs' own.
 */
export function fuseGradients(): void {
  replaceGradient(tf.Relu, (dy, [x]) => ({ x: () => one('ReluGrad', [dy, x!]) }));
  replaceGradient(tf.Relu6, (dy, [x]) => ({ x: () => one('Relu6Grad', [dy, x!]) }));
}

type Gradients = Record<string, () => tf.Tensor>;

const replaced = new Set<string>();

function replaceGradient(kernelName: string, fused: (dy: tf.Tensor, saved: tf.Tensor[]) => Gradients): void {
  if (replaced.has(kernelName)) return;
  replaced.add(kernelName);
  const config = tf.getGradient(kernelName);
  if (config === undefined) throw new Error(`tfjs has no gradient for ${kernelName}`);
  tf.registerGradient({
    ...config,
    gradFunc: (dy, saved, attributes) =>
      tf.getBackend() === 'tensorflow'
        ? fused(dy as tf.Tensor, saved)
        : config.gradFunc(dy, saved, attributes),
  });
}

function one(op: string, inputs: tf.Tensor[]): tf.Tensor {
  const backend = nativeBackend();
  const type = { name: 'T', type: backend.binding.TF_ATTR_TYPE, value: backend.binding.TF_FLOAT };
  return backend.executeMultipleOutputs(op, [type], inputs, 1)[0]!;
}
