import { padOrCrop } from '../spacing.js';
import * as tf from '../tf.js';
import { type ConvolutionAttrs, layOutWindows, type Windows } from './windows.js';

/** The backend's own convolutions, by how their filter is shaped. */
export const FORWARD_KERNELS: Readonly<Record<string, 'full' | 'depthwise'>> = {
  [tf.Conv2D]: 'full',
  [tf.FusedConv2D]: 'full',
  [tf.DepthwiseConv2dNative]: 'depthwise',
  [tf.FusedDepthwiseConv2D]: 'depthwise',
};

/**
 * A convolution of the WASM backend, kept from writing past its output.
 *
 * XNNPACK counts windows by itself, rounding down. Where tfjs counts them otherwise (`dimRoundingMode`, or a number
 * as padding and a filter or stride that isn't square) the two differ and stock kernels corrupt the heap; here the
 * input is framed so that both count the same.
 */
export function framedKernel(stock: tf.KernelFunc, kind: 'full' | 'depthwise'): tf.KernelFunc {
  return (call) => {
    const { x, filter } = call.inputs as { x: tf.Tensor4D; filter: tf.Tensor4D };
    const attrs = call.attrs as unknown as ConvolutionAttrs;
    const windows = layOutWindows(x.shape, filter.shape, attrs, kind);
    if (attrs.pad === 'same' || countsAgree(windows)) return stock(call);
    const framed = tf.tidy(() => padOrCrop(x, windows.rows, windows.columns));
    const output = stock({
      ...call,
      inputs: { ...call.inputs, x: framed },
      attrs: { ...call.attrs, pad: 'valid', dimRoundingMode: undefined } as unknown as tf.NamedAttrMap,
    });
    if (framed !== x) framed.dispose();
    return output;
  };
}

/** Whether rounding down counts as many windows as tfjs: no row needed beyond the padding, no room for a window more. */
function countsAgree({ rows, columns, strides, padding }: Windows): boolean {
  const spare = (axis: 0 | 1, after: number) => padding[axis] - after;
  return ([0, 1] as const).every((axis) => {
    const left = spare(axis, (axis === 0 ? rows : columns)[1]);
    return left >= 0 && left < strides[axis];
  });
}
