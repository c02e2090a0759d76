import * as tf from '../tf.js';
import { type NativeBackend, nativeBackend } from './backend.js';
import { replaceKernel } from './replace-kernel.js';

/**
 * Sums over all dimensions but the last, the gradient of every bias, by the op that TensorFlow has for biases: it
 * works with all threads, where its general sum to so few channels works with one.
 */
export function quickenChannelSum(): void {
  replaceKernel(tf.Sum, (stock) => (args) => {
    const x = args.inputs.x as tf.Tensor;
    const { axis, keepDims } = args.attrs as unknown as tf.SumAttrs;
    return isChannelSum(x, axis, keepDims) ? channelSum(nativeBackend(), x) : stock(args);
  });
}

function isChannelSum({ shape, dtype }: tf.Tensor, axis: number | number[], keepDims?: boolean): boolean {
  const rank = shape.length;
  const axes = new Set(tf.util.parseAxisParam(axis, shape));
  return dtype === 'float32' && !keepDims && rank >= 2 && axes.size === rank - 1 && !axes.has(rank - 1);
}

function channelSum(backend: NativeBackend, x: tf.Tensor): tf.Tensor {
  const { binding } = backend;
  const attributes = [
    { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    { name: 'data_format', type: binding.TF_ATTR_STRING, value: 'NHWC' },
  ];
  return backend.executeMultipleOutputs('BiasAddGrad', attributes, [x], 1)[0]!;
}
