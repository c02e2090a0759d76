import * as tf from '../tf.js';
import { nativeBackend } from './backend.js';

/** Gives tfjs-node the kernel that a CategoryEncoding layer counts with, which TensorFlow has and tfjs-node forgot. */
export function addDenseBincount(): void {
  if (tf.getKernel(tf.DenseBincount, 'tensorflow') !== undefined) return;
  tf.registerKernel({
    kernelName: tf.DenseBincount,
    backendName: 'tensorflow',
    kernelFunc: ({ inputs, attrs }) => {
      const { x, weights } = inputs as { x: tf.Tensor; weights: tf.Tensor };
      const { size, binaryOutput = false } = attrs as unknown as tf.DenseBincountAttrs;
      return tf.tidy(() => countInBins(x, tf.scalar(size, 'int32'), weights, binaryOutput));
    },
  });
}

function countInBins(x: tf.Tensor, size: tf.Tensor, weights: tf.Tensor, binary: boolean): tf.Tensor {
  const backend = nativeBackend();
  const { binding } = backend;
  const attributes = [
    { name: 'Tidx', type: binding.TF_ATTR_TYPE, value: binding.TF_INT32 },
    { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    { name: 'binary_output', type: binding.TF_ATTR_BOOL, value: binary },
  ];
  return backend.executeMultipleOutputs('DenseBincount', attributes, [x, size, weights], 1)[0]!;
}
