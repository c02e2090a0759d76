import { dilate, type Steps, subsample } from './spacing.js';
import * as tf from './tf.js';

interface Attrs {
  readonly strides: number | [number, number];
  readonly pad: number | string | number[][];
  readonly dilations?: number | [number, number] | null;
  readonly dimRoundingMode?: string;
  readonly dataFormat?: string;
}

/**
 * Lets conv2d and depthwise convolutions with a dilation be trained, on every engine.
 *
 * Stock tfjs refuses their gradient. It is that of the filter with zeros put in: the embedded engine's kernels know
 * dilation themselves, for all others the zeros are really there.
 */
export function supportDilation(): void {
  registerGradient(tf.Conv2D, tf.Conv2DBackpropInput, tf.Conv2DBackpropFilter);
  registerGradient(
    tf.DepthwiseConv2dNative,
    tf.DepthwiseConv2dNativeBackpropInput,
    tf.DepthwiseConv2dNativeBackpropFilter,
  );
  unfuseDilated();
}

function registerGradient(kernelName: string, inputKernel: string, filterKernel: string): void {
  tf.registerGradient({
    kernelName,
    inputsToSave: ['x', 'filter'],
    gradFunc: (dy, saved, attrs) => {
      const [x, filter] = saved as [tf.Tensor4D, tf.Tensor4D];
      const { dilations: rates, ...others } = attrs as unknown as Attrs;
      const steps = stepsOf(rates ?? 1);
      const known = tf.getBackend() === 'wasm';
      const shape = known ? filter.shape : spreadShape(filter.shape, steps);
      const run = (kernel: string, inputs: tf.NamedTensorMap, extra: object): tf.Tensor =>
        tf.engine().runKernel(kernel, inputs, { ...others, dilations: known ? steps : [1, 1], ...extra });
      return {
        x: () =>
          run(
            inputKernel,
            { dy: dy as tf.Tensor, filter: known ? filter : spreadFilter(filter, steps) },
            { inputShape: x.shape },
          ),
        filter: () => {
          const gradient = run(filterKernel, { x, dy: dy as tf.Tensor }, { filterShape: shape });
          return known ? gradient : thinFilter(gradient as tf.Tensor4D, steps);
        },
      };
    },
  });
}

function stepsOf(rates: number | readonly [number, number]): [number, number] {
  return typeof rates === 'number' ? [rates, rates] : [rates[0], rates[1]];
}

type FilterShape = [rows: number, columns: number, input: number, output: number];

function spreadShape([rows, columns, input, output]: FilterShape, [down, across]: Steps): FilterShape {
  return [(rows - 1) * down + 1, (columns - 1) * across + 1, input, output];
}

function spreadFilter(filter: tf.Tensor4D, steps: Steps): tf.Tensor4D {
  return asImage(filter, (image) => dilate(image, steps));
}

function thinFilter(filter: tf.Tensor4D, steps: Steps): tf.Tensor4D {
  return asImage(filter, (image) => subsample(image, steps));
}

/** Changes the rows and columns of a filter [rows, columns, in, out] as those of an image. */
function asImage(filter: tf.Tensor4D, change: (image: tf.Tensor4D) => tf.Tensor4D): tf.Tensor4D {
  const [rows, columns, input, output] = filter.shape;
  const changed = change(tf.reshape(filter, [1, rows, columns, input * output]));
  return tf.reshape(changed, [changed.shape[1], changed.shape[2], input, output]);
}

type FusedConv2d = typeof tf.fused.conv2d;
const stockFused: FusedConv2d = tf.fused.conv2d;

/** The fused op that conv2d layers call carries a gradient of its own, which refuses dilation. */
function unfuseDilated(): void {
  const conv2d: FusedConv2d = (options) => {
    const { x, filter, strides, pad, dataFormat, dilations, dimRoundingMode, bias, activation } = options;
    const linear = (activation ?? 'linear') === 'linear';
    if (!linear || stepsOf(dilations ?? 1).every((step) => step === 1)) return stockFused(options);
    const y = tf.conv2d(x, filter, strides, pad, dataFormat, dilations, dimRoundingMode);
    return bias === null || bias === undefined ? y : tf.add(y, bias);
  };
  Object.assign(tf.fused, { conv2d });
}
