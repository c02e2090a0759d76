/** A tensor's dimensions, outermost first. */
export type Shape = readonly number[];

/** Most dimensions of a tensor: what NumPy takes; tfjs computes on six. */
export const MAX_RANK = 32;

/** Most numbers that one sample may have anywhere in a model: 4 GiB of floats, 32 channels of 320 voxels a side. */
export const MAX_NUMBERS = 2 ** 30;

/** The number of elements of a shape; 1 for a scalar. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, dimension) => product * dimension, 1);
}

/** `3x3x16x32`, as the reports and the messages write a shape. */
export function formatShape(shape: readonly (number | null)[]): string {
  return shape.length === 0 ? 'scalar' : shape.map((dimension) => dimension ?? '?').join('x');
}

/** All that tells an element's channel: `floor(element / inner) mod channels`. */
export interface Channels {
  readonly channels: number;
  readonly inner: number;
}

/**
 * Division of a tensor's elements into channels: element `(outer, channel, inner)` lies at
 * `(outer * channels + channel) * inner + inner index`.
 */
export interface ChannelLayout extends Channels {
  readonly outer: number;
  /**
   * Inputs that each channel sums over: input `i` is multiplied by the channel's elements `i`, `i + inputs`, …, one for
   * each place of a convolution's window.
   */
  readonly inputs: number;
}

/**
 * The channels of a tensor that keeps `axes` (neighbouring dimensions) apart; no axes: one channel for all.
 *
 * @param shape  The tensor's dimensions.
 * @param axes   Dimensions kept: [3] for a conv2d kernel, [2, 3] for a depthwise one, [] for one scale a tensor.
 */
export function channelLayout(shape: Shape, axes: readonly number[]): ChannelLayout {
  const inputs = sizeOf(shape.filter((_, axis) => axis >= shape.length - 2 && !axes.includes(axis)));
  return { ...channelsOf(shape, axes), outer: sizeOf(shape.slice(0, axes[0] ?? 0)), inputs };
}

/** The part of `channelLayout` that unpacking needs. */
export function channelsOf(shape: Shape, axes: readonly number[]): Channels {
  const first = axes[0] ?? 0;
  const end = first + axes.length;
  return { channels: sizeOf(shape.slice(first, end)), inner: sizeOf(shape.slice(end)) };
}

/** The number of elements in each channel. */
export function channelSize({ outer, inner }: ChannelLayout): number {
  return outer * inner;
}

/** Calls `visit(element, channel)` for every element in row-major order. */
export function forEachElement(
  layout: ChannelLayout,
  visit: (element: number, channel: number) => void,
): void {
  const { outer, channels, inner } = layout;
  let element = 0;
  for (let o = 0; o < outer; o++) {
    for (let channel = 0; channel < channels; channel++) {
      for (let i = 0; i < inner; i++) visit(element++, channel);
    }
  }
}
