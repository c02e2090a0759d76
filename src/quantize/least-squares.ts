import { type ChannelLayout, channelSize } from '../core/index.js';
import { AT_ONCE, gather } from './channel-block.js';
import type { Grid } from './grid.js';
import { type LevelSums, levelSums, sortedSums } from './level-sums.js';
import { rangeOf } from './range.js';

/** A channel's line `scale * level + offset` through its weights, and the squared error that is left. */
export interface ChannelFit {
  readonly scale: number;
  readonly offset: number;
  readonly error: number;
}

/** Settings of a fit. */
interface FitOptions {
  /** `none` (the default): the grid keeps its zero; `free`: an offset is fitted too. */
  readonly shift?: 'none' | 'free';
  /** A scale for each channel to start from. */
  readonly start?: Float32Array;
}

/** Starting points of the search for a channel's scale, as shares of the largest useful scale. */
const STARTS = [0.25, 0.4, 0.55, 0.7, 0.85, 1];
const ROUNDS = 12;
/** Weights of a tensor from which on its channels are sorted first: sums may differ in their last bits then. */
const LARGE = 2 ** 20;

/**
 * Fits every channel's grid by alternating nearest codes and least squares, from several starts.
 *
 * A few starts are needed where none is known, because the error has local minima in the scale at low bits.
 *
 * @param weights  Row-major, length = product of the layout; finite.
 * @param levels   Ascending, in units of the scale to be found.
 * @see Lloyd 1982, Least squares quantization in PCM (alternating minimisation).
 */
export function fitGrid(
  weights: Float32Array,
  layout: ChannelLayout,
  levels: Float32Array,
  { shift = 'none', start }: FitOptions = {},
): Grid {
  const { channels } = layout;
  const scale = new Float32Array(channels);
  const offset = new Float32Array(channels);
  const size = channelSize(layout);
  const makeSums = weights.length < LARGE ? levelSums : sortedSums;
  const gathered = new Float32Array(Math.min(AT_ONCE, channels) * size);
  for (let channel = 0; channel < channels; channel++) {
    if (channel % AT_ONCE === 0) gather(weights, layout, channel, gathered);
    const at = (channel % AT_ONCE) * size;
    const values = gathered.subarray(at, at + size);
    const fit = fitChannel({ values, levels, shift, sumsOf: makeSums(values, levels) }, start?.[channel]);
    scale[channel] = fit.scale;
    offset[channel] = fit.offset;
  }
  return shift === 'free' ? { levels, scale, offset } : { levels, scale };
}

/** A channel whose line is searched. */
interface Search {
  readonly values: Float32Array;
  readonly levels: Float32Array;
  readonly shift: 'none' | 'free';
  readonly sumsOf: LevelSums;
}

/** @param start  A scale to start from in place of several. */
function fitChannel(search: Search, start?: number): ChannelFit {
  const { values, levels, shift } = search;
  const [low, high] = rangeOf(values);
  const centre = shift === 'free' ? (low + high) / 2 : 0;
  const middle = shift === 'free' ? (levels[0]! + levels.at(-1)!) / 2 : 0;
  const widest = widestScale(low - centre, high - centre, levels, middle);
  if (widest === 0) return { scale: 0, offset: centre, error: 0 };
  const regress = regression(search);
  let best: ChannelFit = { scale: 0, offset: centre, error: Number.POSITIVE_INFINITY };
  for (const scale of start === undefined ? STARTS.map((share) => widest * share) : [start]) {
    let fit: ChannelFit = { scale, offset: centre - scale * middle, error: Number.POSITIVE_INFINITY };
    for (let round = 0; round < ROUNDS; round++) {
      const next = regress(fit);
      if (!(next.error < fit.error * (1 - 1e-9))) break;
      fit = next;
    }
    if (fit.error < best.error) best = fit;
  }
  return best;
}

/** The scale at which the outermost levels reach the outermost weights. */
function widestScale(low: number, high: number, levels: Float32Array, middle: number): number {
  const below = middle - levels[0]!;
  const above = levels.at(-1)! - middle;
  return Math.max(below > 0 ? -low / below : 0, above > 0 ? high / above : 0);
}

/** One round: levels from the line so far, then the least-squares line for those levels, and its error. */
function regression({ values, shift, sumsOf }: Search): (line: ChannelFit) => ChannelFit {
  const count = values.length;
  const free = shift === 'free';
  let sumValue = 0;
  let sumValueSquare = 0;
  for (const value of values) {
    sumValue += value;
    sumValueSquare += value * value;
  }
  const total = sumValueSquare - (free ? (sumValue * sumValue) / count : 0);
  return (line) => {
    const [sumLevel, sumProduct, sumSquare] = sumsOf(line);
    const covariance = sumProduct - (free ? (sumLevel * sumValue) / count : 0);
    const variance = sumSquare - (free ? (sumLevel * sumLevel) / count : 0);
    if (!(variance > 0) || !(covariance > 0)) return { ...line, error: Number.POSITIVE_INFINITY };
    const scale = covariance / variance;
    const offset = free ? (sumValue - scale * sumLevel) / count : 0;
    return { scale, offset, error: Math.max(0, total - scale * covariance) };
  };
}
