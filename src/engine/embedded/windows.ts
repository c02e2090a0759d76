import { dilate, padOrCrop, type Steps } from '../spacing.js';
import * as tf from '../tf.js';

type Pad = Parameters<typeof tf.backend_util.computeConv2DInfo>[4];

/** Attributes that tfjs passes to a convolution's gradient kernels besides the tensors. */
export interface ConvolutionAttrs {
  readonly strides: number | [number, number];
  readonly pad: Pad;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly dilations?: number | [number, number];
}

/** Layout of a convolution's windows over its input. */
export interface Windows {
  readonly strides: Steps;
  readonly dilations: Steps;
  /** Rows and columns of the filter. */
  readonly filter: readonly [number, number];
  /** Zero rows below and columns to the right that the padding asks for, whether a window reaches them or not. */
  readonly padding: readonly [number, number];
  /** Zero rows above and below that make the windows cover the input exactly; negative: rows that no window sees. */
  readonly rows: readonly [number, number];
  /** The same for columns, left and right. */
  readonly columns: readonly [number, number];
}

/** Windows along one dimension: window `i` starts at `i * stride - before` and reaches over `extent` elements. */
export interface WindowLine {
  /** Size of the input. */
  readonly size: number;
  /** Number of windows. */
  readonly windows: number;
  readonly stride: number;
  /** Size of one window, dilation included. */
  readonly extent: number;
  /** Zeros before the input. */
  readonly before: number;
}

/**
 * Lays out the windows as the forward kernel does.
 *
 * @param inputShape   [batch, rows, columns, channels]
 * @param filterShape  [rows, columns, in, out or multiplier]
 */
export function layOutWindows(
  inputShape: readonly number[],
  filterShape: readonly number[],
  { strides, pad, dimRoundingMode, dilations }: ConvolutionAttrs,
  kind: 'full' | 'depthwise',
): Windows {
  const info = tf.backend_util.computeConv2DInfo(
    inputShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode,
    kind === 'depthwise',
  );
  const { top, left, bottom, right } = info.padInfo;
  return {
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
    filter: [info.filterHeight, info.filterWidth],
    rows: marginsOf({
      size: info.inHeight,
      windows: info.outHeight,
      stride: info.strideHeight,
      extent: info.effectiveFilterHeight,
      before: top,
    }),
    columns: marginsOf({
      size: info.inWidth,
      windows: info.outWidth,
      stride: info.strideWidth,
      extent: info.effectiveFilterWidth,
      before: left,
    }),
    padding: [bottom, right],
  };
}

/** Zeros before and after the input; negative where elements are left that no window sees. */
function marginsOf({ size, windows, stride, extent, before }: WindowLine): [number, number] {
  // Rounding up lets the last window hang over the padding, rounding down leaves rows unseen: hence not tfjs' padding.
  return [before, (windows - 1) * stride + extent - before - size];
}

/** The input as the windows see it: their padding added, the elements that no window covers removed. */
export function frameInput(x: tf.Tensor4D, { rows, columns }: Windows): tf.Tensor4D {
  return padOrCrop(x, rows, columns);
}

/**
 * The output's gradient laid out so that a stride-1 convolution with the turned filter gives the input's.
 *
 * @param dy  [batch, output rows, output columns, channels]
 * @returns [batch, input rows + extent - 1, input columns + extent - 1, channels], extent being the dilated filter's size.
 */
export function frameGradient(dy: tf.Tensor4D, windows: Windows): tf.Tensor4D {
  const edge = (axis: 0 | 1, padding: number) =>
    (windows.filter[axis] - 1) * windows.dilations[axis] - padding;
  return padOrCrop(
    dilate(dy, windows.strides),
    [edge(0, windows.rows[0]), edge(0, windows.rows[1])],
    [edge(1, windows.columns[0]), edge(1, windows.columns[1])],
  );
}
