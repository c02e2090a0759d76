import { type ChannelLayout, forEachElement } from '../core/index.js';
import type { Grid } from './grid.js';

/** Errors of weights that were rounded to a grid. */
export interface WeightErrors {
  /** `sum (w - w')^2 / sum w^2`; 0 for a tensor of zeros. */
  readonly normalizedError: number;
  /** The largest `|w - w'|` in mean steps of its channel's grid; rounding alone gives at most 0.5. */
  readonly worstErrorSteps: number;
  /** Share of weights more than half an outer step beyond the outermost values of their grid. */
  readonly clippedShare: number;
  /** Share of packed weights that are 0. */
  readonly zeroShare: number;
}

/**
 * Measures the errors of weights that were rounded to their grid.
 *
 * @param weights  Row-major, length = product of the layout.
 * @param packed   The rounded values, of the same length.
 * @param layout   The channels that have a scale each.
 */
export function weightErrors(
  weights: Float32Array,
  packed: Float32Array,
  grid: Grid,
  layout: ChannelLayout,
): WeightErrors {
  const { levels, scale, offset } = grid;
  const [lowest, highest] = [levels[0]!, levels.at(-1)!];
  const step = (highest - lowest) / (levels.length - 1);
  const lowEdge = lowest - (levels[1]! - lowest) / 2;
  const highEdge = highest + (highest - levels.at(-2)!) / 2;
  let [signal, noise, worst, clipped, zeros] = [0, 0, 0, 0, 0];
  forEachElement(layout, (element, channel) => {
    const error = Math.abs(weights[element]! - packed[element]!);
    signal += weights[element]! ** 2;
    noise += error ** 2;
    if (packed[element] === 0) zeros++;
    const unit = scale[channel]!;
    // A channel without a scale has one value, and no steps.
    if (unit === 0) return;
    worst = Math.max(worst, error / (unit * step));
    const inUnits = (weights[element]! - (offset?.[channel] ?? 0)) / unit;
    if (inUnits < lowEdge || inUnits > highEdge) clipped++;
  });
  const count = Math.max(1, weights.length);
  return {
    normalizedError: signal > 0 ? noise / signal : 0,
    worstErrorSteps: worst,
    clippedShare: clipped / count,
    zeroShare: zeros / count,
  };
}
