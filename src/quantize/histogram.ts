import { type ChannelLayout, forEachElement } from '../core/index.js';
import type { Grid } from './grid.js';

/** Histogram of a tensor's weights and the values of its grid, both in the same unit. */
export interface WeightHistogram {
  readonly min: number;
  readonly max: number;
  /** Weights in equal bins from `min` to `max`, both included. */
  readonly counts: number[];
  /** The values of the grid, ascending. */
  readonly levels: number[];
}

/**
 * Counts weights by their value, as seen from their grid.
 *
 * Channels with scales of their own are brought to the median scale (and offset), so that one grid fits all of them; a
 * channel without a scale is counted as it is.
 *
 * @param weights  Row-major, length = product of the layout; at least one.
 * @param layout   The channels that have a scale each.
 */
export function weightHistogram(
  weights: Float32Array,
  grid: Grid,
  layout: ChannelLayout,
  bins: number,
): WeightHistogram {
  const { levels, scale, offset } = grid;
  const unit = median(scale.filter((value) => value > 0));
  const shift = offset === undefined ? 0 : median(offset);
  const typical = (element: number, channel: number): number => {
    const own = scale[channel]!;
    const value = weights[element]!;
    return own > 0 ? ((value - (offset?.[channel] ?? 0)) / own) * unit + shift : value;
  };
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  forEachElement(layout, (element, channel) => {
    const value = typical(element, channel);
    if (value < min) min = value;
    if (value > max) max = value;
  });
  const counts = new Array<number>(bins).fill(0);
  const perBin = max > min ? bins / (max - min) : 0;
  forEachElement(layout, (element, channel) => {
    counts[Math.min(bins - 1, Math.floor((typical(element, channel) - min) * perBin))]!++;
  });
  return { min, max, counts, levels: Array.from(levels, (level) => level * unit + shift) };
}

/** 0 of nothing; the lower of the two in the middle of an even number. */
function median(values: Float32Array): number {
  return [...values].sort((a, b) => a - b)[(values.length - 1) >> 1] ?? 0;
}
