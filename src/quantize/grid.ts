import type { ChannelLayout } from '../core/index.js';

/**
 * The values that a tensor may take: `scale[channel] * levels[code] + offset[channel]`.
 *
 * Every quantizer is a way to choose one of these; encoding, packing and training read nothing else.
 */
export interface Grid {
  /** Ascending, in units of `scale`; 2 to 256 of them. */
  readonly levels: Float32Array;
  /** One per channel, in the unit of the weights; 0 for a channel that is zero throughout. */
  readonly scale: Float32Array;
  /** One per channel, in the unit of the weights; absent: 0. */
  readonly offset?: Float32Array;
}

/** A tensor as codes on a grid. */
export interface Quantized {
  /** One code per element, row-major: an index into `grid.levels`. */
  readonly codes: Uint8Array;
  readonly grid: Grid;
  readonly layout: ChannelLayout;
}

/** The distance between neighbouring levels where all are the same, else null. */
export function evenStep(levels: Float32Array): number | null {
  const first = levels[0]!;
  const step = levels[1]! - first;
  return levels.every((level, code) => level === Math.fround(first + code * step)) ? step : null;
}

/** A function from a value in units of scale to the code of the nearest level; halfway goes up. */
export function nearestCode(levels: Float32Array): (value: number) => number {
  const last = levels.length - 1;
  const first = levels[0]!;
  const step = evenStep(levels);
  if (step !== null) {
    return (value) => Math.min(last, Math.max(0, Math.floor((value - first) / step + 0.5)));
  }
  const thresholds = Float64Array.from(
    { length: last },
    (_, code) => (levels[code]! + levels[code + 1]!) / 2,
  );
  return (value) => {
    let low = 0;
    let high = last;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (value < thresholds[middle]!) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}
