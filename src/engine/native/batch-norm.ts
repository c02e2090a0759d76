import type { NormalizeBatch } from '../normalized-batch.js';
import * as tf from '../tf.js';
import { type NativeBackend, nativeBackend, type OpAttribute } from './backend.js';

/** BatchNorm in training as TensorFlow's fused kernel and its gradient. */
export const normalizeBatchNative: NormalizeBatch = (x, gamma, beta, epsilon) => {
  const backend = nativeBackend();
  const attrs = attrsOf(backend, epsilon);
  let mean: tf.Tensor1D | undefined;
  let variance: tf.Tensor1D | undefined;
  const normalize = tf.customGrad((...args) => {
    const [input, scale, shift] = args as unknown as [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D];
    const save = args.at(-1) as unknown as tf.GradSaveFunc;
    const none = tf.tensor1d([]);
    const outputs = backend.executeMultipleOutputs(
      'FusedBatchNormV3',
      attrs,
      [input, scale, shift, none, none],
      6,
    );
    const [value, batchMean, batchVariance, ...reserved] = outputs as [
      tf.Tensor4D,
      tf.Tensor1D,
      tf.Tensor1D,
      ...tf.Tensor[],
    ];
    const count = input.size / scale.size;
    mean = tf.keep(tf.clone(batchMean));
    // The kernel's variance is Bessel-corrected; tfjs-layers' moving variance is not.
    variance = tf.keep(tf.mul(batchVariance, Math.max(count - 1, 1) / count));
    save([input, scale, ...reserved]);
    return {
      value,
      gradFunc: (dy, saved) =>
        backend
          .executeMultipleOutputs('FusedBatchNormGradV3', attrs, [dy as tf.Tensor, ...saved], 5)
          .slice(0, 3),
    };
  });
  const normalized = normalize(x, gamma, beta) as tf.Tensor4D;
  return { normalized, mean: mean!, variance: variance! };
};

function attrsOf({ binding }: NativeBackend, epsilon: number): OpAttribute[] {
  return [
    { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    { name: 'U', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    { name: 'epsilon', type: binding.TF_ATTR_FLOAT, value: epsilon },
    { name: 'data_format', type: binding.TF_ATTR_STRING, value: 'NHWC' },
    { name: 'is_training', type: binding.TF_ATTR_BOOL, value: true },
  ];
}
