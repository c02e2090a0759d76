import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '../tf.js';
import { conv2dFilterGradient, conv2dInputGradient } from './conv2d-gradients.js';
import { CPU_KERNELS, cpuKernel } from './cpu-kernels.js';
import { depthwiseFilterGradient, depthwiseInputGradient } from './depthwise-gradients.js';
import { FORWARD_KERNELS, framedKernel } from './forward-kernels.js';
import { tellingFullMemory } from './full-memory.js';
import { averagePoolGradient, maxPoolGradient } from './pool-gradients.js';
import type { PoolAttrs } from './pool-windows.js';
import { segmentSum } from './segment-sum.js';
import type { ConvolutionAttrs } from './windows.js';

/** A gradient by tensors: `shape` is that of the gradient, the filter's or the input's. */
type Gradient = (
  first: tf.Tensor4D,
  second: tf.Tensor4D,
  shape: readonly number[],
  attrs: ConvolutionAttrs,
) => tf.Tensor4D;

/** The kernels that training needs beyond those of `@tensorflow/tfjs-backend-wasm`, or instead of its slow ones. */
const kernels: Readonly<Record<string, tf.KernelFunc>> = {
  [tf.Conv2DBackpropFilter]: convolutionKernel(conv2dFilterGradient, ['x', 'dy'], 'filterShape'),
  [tf.Conv2DBackpropInput]: convolutionKernel(conv2dInputGradient, ['dy', 'filter'], 'inputShape'),
  [tf.DepthwiseConv2dNativeBackpropFilter]: convolutionKernel(
    depthwiseFilterGradient,
    ['x', 'dy'],
    'filterShape',
  ),
  [tf.DepthwiseConv2dNativeBackpropInput]: convolutionKernel(
    depthwiseInputGradient,
    ['dy', 'filter'],
    'inputShape',
  ),
  [tf.MaxPoolGrad]: poolKernel(maxPoolGradient),
  [tf.MaxPool3DGrad]: poolKernel(maxPoolGradient),
  [tf.AvgPoolGrad]: poolKernel(averagePoolGradient),
  [tf.AvgPool3DGrad]: poolKernel(averagePoolGradient),
  [tf.UnsortedSegmentSum]: ({ inputs, attrs, backend }) =>
    segmentSum(backend as BackendWasm, inputs.x!, inputs.segmentIds!, attrs!.numSegments as number),
};

let registered = false;

/** Adds our kernels to the WASM backend, once a process. */
export function registerKernels(): void {
  if (registered) return;
  for (const [kernelName, kernelFunc] of Object.entries(kernels)) register(kernelName, kernelFunc);
  for (const [kernelName, kind] of Object.entries(FORWARD_KERNELS)) {
    register(kernelName, framedKernel(tf.getKernel(kernelName, 'wasm').kernelFunc, kind));
  }
  for (const kernelName of CPU_KERNELS) register(kernelName, cpuKernel(kernelName));
  for (const { kernelName, kernelFunc } of tf.getKernelsForBackend('wasm'))
    register(kernelName, tellingFullMemory(kernelFunc));
  registered = true;
}

function register(kernelName: string, kernelFunc: tf.KernelFunc): void {
  const stock = tf.getKernel(kernelName, 'wasm');
  if (stock !== undefined) tf.unregisterKernel(kernelName, 'wasm');
  // The stock kernel's own set-up at the start of the backend is kept.
  tf.registerKernel({ ...stock, kernelName, backendName: 'wasm', kernelFunc });
}

function convolutionKernel(
  gradient: Gradient,
  [first, second]: readonly [string, string],
  shape: 'filterShape' | 'inputShape',
): tf.KernelFunc {
  // The engine hands kernels whole tensors, records nothing while they run and takes tensors back.
  return ({ inputs, attrs }) =>
    tf.tidy(() =>
      gradient(
        inputs[first] as tf.Tensor4D,
        inputs[second] as tf.Tensor4D,
        attrs![shape] as number[],
        attrs as unknown as ConvolutionAttrs,
      ),
    );
}

function poolKernel(gradient: typeof maxPoolGradient): tf.KernelFunc {
  return ({ inputs, attrs, backend }) =>
    gradient(backend as BackendWasm, inputs.input!, inputs.dy!, attrs as unknown as PoolAttrs);
}
