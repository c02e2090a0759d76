import * as tf from '../tf.js';
import { nativeBackend } from './backend.js';

/**
 * Gradients that TensorFlow has one op for, where tfjs puts several together.
 *
 * They are taken from the output, where tfjs takes them from the input: a recorded step then writes the output over the
 * input, which nobody else reads. Registered once for all engines.
 */
export function fuseGradients(): void {
  replaceGradient(tf.Relu, 'ReluGrad', (y) => tf.step(y));
  replaceGradient(tf.Relu6, 'Relu6Grad', (y) => tf.mul(tf.step(y), tf.cast(tf.less(y, 6), 'float32')));
}

const replaced = new Set<string>();

/**
 * @param slope  The derivative at an output, for the engines that don't have the op.
 */
function replaceGradient(kernelName: string, op: string, slope: (y: tf.Tensor) => tf.Tensor): void {
  if (replaced.has(kernelName)) return;
  replaced.add(kernelName);
  tf.unregisterGradient(kernelName);
  tf.registerGradient({
    kernelName,
    outputsToSave: [true],
    gradFunc: (dy, [y]) => ({
      x: () =>
        tf.getBackend() === 'tensorflow'
          ? one(op, [dy as tf.Tensor, y!])
          : tf.mul(dy as tf.Tensor, slope(y!)),
    }),
  });
}

function one(op: string, inputs: tf.Tensor[]): tf.Tensor {
  const backend = nativeBackend();
  const type = { name: 'T', type: backend.binding.TF_ATTR_TYPE, value: backend.binding.TF_FLOAT };
  return backend.executeMultipleOutputs(op, [type], inputs, 1)[0]!;
}
