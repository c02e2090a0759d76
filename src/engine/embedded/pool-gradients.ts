import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type * as tf from '../tf.js';
import { forEachWindow, type PoolAttrs } from './pool-windows.js';

/**
 * The gradient of max pooling: each window's goes to its first largest element, as in TensorFlow.
 *
 * The WASM backend's own kernels lose it wherever a window has no positive element.
 *
 * @param input  [batch, ...two or three dimensions, channels]
 * @param dy     The same with the windows in place of the dimensions.
 */
export function maxPoolGradient(
  backend: BackendWasm,
  input: tf.TensorInfo,
  dy: tf.TensorInfo,
  attrs: PoolAttrs,
): tf.TensorInfo {
  const { output, dx, gradient } = open(backend, input, dy);
  const x = backend.typedArrayFromHeap(input);
  const channels = input.shape.at(-1)!;
  forEachWindow(input.shape, attrs, (pixels, window) => {
    for (let channel = 0; channel < channels; channel++) {
      let largest = -1;
      let value = Number.NEGATIVE_INFINITY;
      for (const pixel of pixels) {
        const candidate = x[pixel + channel]!;
        if (candidate > value) {
          value = candidate;
          largest = pixel + channel;
        }
      }
      if (largest >= 0) dx[largest]! += gradient[window * channels + channel]!;
    }
  });
  return output;
}

/**
 * The gradient of average pooling: each window's is shared by those of its elements that lie in the input.
 *
 * Stock kernels other than TensorFlow's count the padding too, though the average itself does not.
 *
 * @param input  [batch, ...two or three dimensions, channels]
 * @param dy     The same with the windows in place of the dimensions.
 */
export function averagePoolGradient(
  backend: BackendWasm,
  input: tf.TensorInfo,
  dy: tf.TensorInfo,
  attrs: PoolAttrs,
): tf.TensorInfo {
  const { output, dx, gradient } = open(backend, input, dy);
  const channels = input.shape.at(-1)!;
  forEachWindow(input.shape, attrs, (pixels, window) => {
    const from = window * channels;
    for (const pixel of pixels) {
      for (let channel = 0; channel < channels; channel++) {
        dx[pixel + channel]! += gradient[from + channel]! / pixels.length;
      }
    }
  });
  return output;
}

/** The gradient to be filled, as a tensor and as its values. */
function open(backend: BackendWasm, input: tf.TensorInfo, dy: tf.TensorInfo) {
  const output = backend.makeOutput(input.shape, 'float32');
  // Views are taken after the allocation, which may have moved the heap.
  return { output, dx: backend.typedArrayFromHeap(output).fill(0), gradient: backend.typedArrayFromHeap(dy) };
}
