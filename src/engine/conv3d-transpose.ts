import * as tf from './tf.js';

/** Lets transposed 3D convolutions be trained: tfjs has no gradient for the kernel that computes them. */
export function supportConv3dTranspose(): void {
  tf.registerGradient({
    kernelName: tf.Conv3DBackpropInputV2,
    inputsToSave: ['dy', 'filter'],
    gradFunc: (gradient, saved, attrs) => {
      const [x, filter] = saved as [tf.Tensor5D, tf.Tensor5D];
      const { strides, pad } = attrs as unknown as {
        strides: [number, number, number];
        pad: 'same' | 'valid';
      };
      const dy = gradient as tf.Tensor5D;
      // The op is the transpose of a convolution, so that its input's gradient is that convolution itself.
      return {
        dy: () => tf.conv3d(dy, filter, strides, pad),
        filter: () =>
          tf
            .engine()
            .runKernel(
              tf.Conv3DBackpropFilterV2,
              { x: dy, dy: x },
              { strides, pad, filterShape: filter.shape },
            ),
      };
    },
  });
}
