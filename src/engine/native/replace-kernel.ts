import * as tf from '../tf.js';

const replaced = new WeakSet<tf.KernelFunc>();

/** Puts a kernel of tfjs-node behind another one, once; tfjs-node's own is handed over for what that doesn't do. */
export function replaceKernel(name: string, make: (stock: tf.KernelFunc) => tf.KernelFunc): void {
  const config = tf.getKernel(name, 'tensorflow');
  if (config === undefined || replaced.has(config.kernelFunc)) return;
  const kernelFunc = make(config.kernelFunc);
  replaced.add(kernelFunc);
  tf.unregisterKernel(name, 'tensorflow');
  tf.registerKernel({ ...config, kernelFunc });
}
