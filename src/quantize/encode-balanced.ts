import { type ChannelLayout, channelSize } from '../core/index.js';
import { AT_ONCE, gather, scatter } from './channel-block.js';
import { encode } from './encode.js';
import type { Grid, Quantized } from './grid.js';

/** Weights that lie further from halfway between two levels, in steps, keep the nearer one. */
const MAX_FROM_HALFWAY = 0.1;

/**
 * Codes whose errors cancel out, among the weights of each input of a channel and then in the whole channel: the nearest
 * ones, but for as few as bring each sum to about half a step of 0, the weights nearest to halfway between two levels.
 *
 * A channel sums up products. Where its inputs have a mean, as behind relu, the sum of its errors counts that many times,
 * the rest only as the inputs differ from it; and where an input hardly differs from one place of a convolution's window to
 * the next, as in an image, so does the sum of the errors that it meets there.
 *
 * @param grid  With steps of one level; channels without a scale keep their nearest codes.
 * @see Guo et al. 2022, SQuant, arXiv:2202.07471, sections 3.2 and 3.3.
 */
export function encodeBalanced(weights: Float32Array, grid: Grid, layout: ChannelLayout): Quantized {
  const { codes } = encode(weights, grid, layout);
  const { levels, scale, offset } = grid;
  const { channels, inputs } = layout;
  const size = channelSize(layout);
  const values = new Float32Array(Math.min(AT_ONCE, channels) * size);
  const own = new Uint8Array(values.length);
  const [exact, distances] = [new Float64Array(size), new Float64Array(size)];
  for (let first = 0; first < channels; first += AT_ONCE) {
    gather(weights, layout, first, values);
    gather(codes, layout, first, own);
    for (let channel = first; channel < Math.min(channels, first + AT_ONCE); channel++) {
      const unit = scale[channel]!;
      if (unit === 0) continue;
      const start = (channel - first) * size;
      const shift = offset?.[channel] ?? 0;
      for (let place = 0; place < size; place++) exact[place] = (values[start + place]! - shift) / unit;
      balanceChannel({ codes: own.subarray(start, start + size), exact, distances, levels }, inputs);
    }
    scatter(own, layout, first, codes);
  }
  return { codes, grid, layout };
}

/** Codes of a channel, and its weights in units of the scale. */
interface Channel {
  readonly codes: Uint8Array;
  readonly exact: Float64Array;
  /** Room for as many numbers as there are codes. */
  readonly distances: Float64Array;
  readonly levels: Float32Array;
}

/** Balances the weights that each input meets, where these are neither one nor all of them, and then the channel. */
function balanceChannel(channel: Channel, inputs: number): void {
  if (inputs !== channel.codes.length && inputs > 1)
    for (let first = 0; first < inputs; first++) balance(channel, { first, step: inputs }, 0.5);
  balance(channel, { first: 0, step: 1 }, MAX_FROM_HALFWAY);
}

/** Places of weights within a channel: every so many from the first on. */
interface Places {
  readonly first: number;
  readonly step: number;
}

/** Moves some of a channel's codes by one level, in place: of those at `places` that are near enough to halfway. */
function balance(channel: Channel, places: Places, fromHalfway: number): void {
  const { codes, exact, levels, distances } = channel;
  const { first, step } = places;
  const end = codes.length;
  let sum = 0;
  for (let place = first; place < end; place += step) sum += levels[codes[place]!]! - exact[place]!;
  const count = Math.round(Math.abs(sum));
  if (!(count > 0)) return;
  const direction = sum > 0 ? -1 : 1;
  const last = direction < 0 ? 0 : levels.length - 1;
  let movable = 0;
  for (let place = first; place < end; place += step) {
    const error = (levels[codes[place]!]! - exact[place]!) * direction;
    if (error <= fromHalfway - 0.5 && codes[place] !== last) distances[movable++] = -error;
  }
  const { least, ties } = nearestToHalfway(distances.subarray(0, movable), count);
  let left = ties;
  for (let place = first; place < end; place += step) {
    const error = (levels[codes[place]!]! - exact[place]!) * direction;
    if (!(error <= fromHalfway - 0.5) || codes[place] === last) continue;
    if (-error > least || (-error === least && left-- > 0)) codes[place]! += direction;
  }
}

/**
 * The least of the `count` largest distances from the nearer level, and how many of those that are as large are among
 * them.
 *
 * @param distances  Sorted here.
 */
function nearestToHalfway(
  distances: Float64Array,
  count: number,
): { readonly least: number; readonly ties: number } {
  distances.sort();
  const from = Math.max(0, distances.length - count);
  const least = distances[from] ?? 0;
  let above = from;
  while (distances[above] === least) above++;
  return { least, ties: above - from };
}
