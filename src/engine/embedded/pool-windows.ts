import * as tf from '../tf.js';
import type { WindowLine } from './windows.js';

/** Attributes of a pooling's gradient kernel in tfjs; lists have two entries for images, three for volumes. */
export interface PoolAttrs {
  readonly filterSize: number | number[];
  readonly strides: number | number[];
  readonly pad: 'same' | 'valid' | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** The elements under a window that lie in the input, as offsets of their first channel, in row-major order. */
export type WindowPixels = readonly number[];

/**
 * Calls `visit` for every window of a pooling, in the order of its output.
 *
 * @param shape  The input's shape, [batch, rows, columns, channels] or [batch, planes, rows, columns,
 *   channels].
 */
export function forEachWindow(
  shape: readonly number[],
  attrs: PoolAttrs,
  visit: (pixels: WindowPixels, window: number) => void,
): void {
  const channels = shape.at(-1)!;
  const lines = shape.length === 4 ? imageLines(shape, attrs) : volumeLines(shape, attrs);
  const [planes, rows, columns] = lines.map(offsetsOf) as [number[][], number[][], number[][]];
  const [, height, width] = lines.map((line) => line.size) as [number, number, number];
  const volume = lines.reduce((product, line) => product * line.size, 1);
  let window = 0;
  for (let image = 0; image < shape[0]!; image++) {
    for (const plane of planes) {
      for (const row of rows) {
        for (const column of columns) {
          const pixels: number[] = [];
          for (const p of plane)
            for (const r of row)
              for (const c of column) pixels.push((image * volume + (p * height + r) * width + c) * channels);
          visit(pixels, window++);
        }
      }
    }
  }
}

/** For every window of a line the elements that it covers. */
function offsetsOf({ size, windows, stride, extent, before }: WindowLine): number[][] {
  return Array.from({ length: windows }, (_, window) => {
    const start = window * stride - before;
    const from = Math.max(0, start);
    return Array.from({ length: Math.max(0, Math.min(size, start + extent) - from) }, (_, i) => from + i);
  });
}

type Info = tf.backend_util.Conv2DInfo | tf.backend_util.Conv3DInfo;

function imageLines(
  shape: readonly number[],
  { filterSize, strides, pad, dimRoundingMode }: PoolAttrs,
): WindowLine[] {
  const info = tf.backend_util.computePool2DInfo(
    shape as [number, number, number, number],
    filterSize as [number, number],
    strides as [number, number],
    1,
    pad,
    dimRoundingMode,
  );
  return [{ size: 1, windows: 1, stride: 1, extent: 1, before: 0 }, ...planeLines(info)];
}

function volumeLines(
  shape: readonly number[],
  { filterSize, strides, pad, dimRoundingMode }: PoolAttrs,
): WindowLine[] {
  const info = tf.backend_util.computePool3DInfo(
    shape as [number, number, number, number, number],
    filterSize as [number, number, number],
    strides as [number, number, number],
    1,
    pad,
    dimRoundingMode,
  );
  const planes = {
    size: info.inDepth,
    windows: info.outDepth,
    stride: info.strideDepth,
    extent: info.filterDepth,
    before: info.padInfo.front,
  };
  return [planes, ...planeLines(info)];
}

function planeLines(info: Info): WindowLine[] {
  const { top, left } = info.padInfo;
  return [
    {
      size: info.inHeight,
      windows: info.outHeight,
      stride: info.strideHeight,
      extent: info.filterHeight,
      before: top,
    },
    {
      size: info.inWidth,
      windows: info.outWidth,
      stride: info.strideWidth,
      extent: info.filterWidth,
      before: left,
    },
  ];
}
