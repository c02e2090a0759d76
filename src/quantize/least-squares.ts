import { type ChannelLayout, channelSize } from '../core/index.js';
import { type Grid, nearestCode } from './grid.js';

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
  const scale = new Float32Array(layout.channels);
  const offset = new Float32Array(layout.channels);
  const values = new Float64Array(channelSize(layout));
  for (let channel = 0; channel < layout.channels; channel++) {
    gather(weights, layout, channel, values);
    const fit = fitChannel(values, levels, shift, start?.[channel]);
    scale[channel] = fit.scale;
    offset[channel] = fit.offset;
  }
  return shift === 'free' ? { levels, scale, offset } : { levels, scale };
}

function gather(weights: Float32Array, layout: ChannelLayout, channel: number, into: Float64Array): void {
  const { outer, channels, inner } = layout;
  for (let o = 0; o < outer; o++) {
    const start = (o * channels + channel) * inner;
    for (let i = 0; i < inner; i++) into[o * inner + i] = weights[start + i]!;
  }
}

function fitChannel(
  values: Float64Array,
  levels: Float32Array,
  shift: 'none' | 'free',
  start?: number,
): ChannelFit {
  const nearest = nearestCode(levels);
  const nearestLevel = (value: number) => levels[nearest(value)]!;
  const [low, high] = range(values);
  const centre = shift === 'free' ? (low + high) / 2 : 0;
  const middle = shift === 'free' ? (levels[0]! + levels.at(-1)!) / 2 : 0;
  const widest = widestScale(low - centre, high - centre, levels, middle);
  if (widest === 0) return { scale: 0, offset: centre, error: 0 };
  let best: ChannelFit = { scale: 0, offset: centre, error: Number.POSITIVE_INFINITY };
  for (const scale of start === undefined ? STARTS.map((share) => widest * share) : [start]) {
    let fit: ChannelFit = { scale, offset: centre - scale * middle, error: Number.POSITIVE_INFINITY };
    for (let round = 0; round < ROUNDS; round++) {
      const next = regress(values, nearestLevel, fit, shift);
      if (!(next.error < fit.error * (1 - 1e-9))) break;
      fit = next;
    }
    if (fit.error < best.error) best = fit;
  }
  return best;
}

function range(values: Float64Array): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return values.length === 0 ? [0, 0] : [low, high];
}

/** The scale at which the outermost levels reach the outermost weights. */
function widestScale(low: number, high: number, levels: Float32Array, middle: number): number {
  const below = middle - levels[0]!;
  const above = levels.at(-1)! - middle;
  return Math.max(below > 0 ? -low / below : 0, above > 0 ? high / above : 0);
}

/** One round: levels from the line so far, then the least-squares line for those levels, and its error. */
function regress(
  values: Float64Array,
  nearestLevel: (value: number) => number,
  line: ChannelFit,
  shift: 'none' | 'free',
): ChannelFit {
  const count = values.length;
  let sumLevel = 0;
  let sumValue = 0;
  let sumProduct = 0;
  let sumSquare = 0;
  let sumValueSquare = 0;
  for (const value of values) {
    const level = nearestLevel((value - line.offset) / line.scale);
    sumLevel += level;
    sumValue += value;
    sumProduct += level * value;
    sumSquare += level * level;
    sumValueSquare += value * value;
  }
  const free = shift === 'free';
  const covariance = sumProduct - (free ? (sumLevel * sumValue) / count : 0);
  const variance = sumSquare - (free ? (sumLevel * sumLevel) / count : 0);
  if (!(variance > 0) || !(covariance > 0)) return { ...line, error: Number.POSITIVE_INFINITY };
  const scale = covariance / variance;
  const offset = free ? (sumValue - scale * sumLevel) / count : 0;
  const total = sumValueSquare - (free ? (sumValue * sumValue) / count : 0);
  return { scale, offset, error: Math.max(0, total - scale * covariance) };
}
