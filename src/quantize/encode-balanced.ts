import { type ChannelLayout, channelSize } from '../core/index.js';
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
  for (let channel = 0; channel < layout.channels; channel++) {
    if (scale[channel] === 0) continue;
    const elements = elementsOf(layout, channel);
    const own = elements.map((element) => codes[element]!);
    const exact = Float64Array.from(
      elements,
      (element) => (weights[element]! - (offset?.[channel] ?? 0)) / scale[channel]!,
    );
    for (const places of windowsOf(own.length, layout.inputs))
      balance({ codes: own, exact, levels }, places, 0.5);
    balance({ codes: own, exact, levels }, Array.from(own.keys()), MAX_FROM_HALFWAY);
    for (const [index, element] of elements.entries()) codes[element] = own[index]!;
  }
  return { codes, grid, layout };
}

/** The indices, within a channel, of the weights that each input meets; none where that is one or all of them. */
function windowsOf(size: number, inputs: number): number[][] {
  if (inputs === size || inputs <= 1) return [];
  return Array.from({ length: inputs }, (_, input) =>
    Array.from({ length: size / inputs }, (_, place) => input + place * inputs),
  );
}

function elementsOf(layout: ChannelLayout, channel: number): Uint32Array {
  const { channels, inner } = layout;
  return Uint32Array.from(
    { length: channelSize(layout) },
    (_, index) => (Math.floor(index / inner) * channels + channel) * inner + (index % inner),
  );
}

/** Codes of a channel, and its weights in units of the scale. */
interface Channel {
  readonly codes: Uint32Array;
  readonly exact: Float64Array;
  readonly levels: Float32Array;
}

/** Moves some of a channel's codes by one level, in place: of those at `places` that are near enough to halfway. */
function balance({ codes, exact, levels }: Channel, places: readonly number[], fromHalfway: number): void {
  const errorAt = (place: number) => levels[codes[place]!]! - exact[place]!;
  const sum = places.reduce((total, place) => total + errorAt(place), 0);
  const direction = -Math.sign(sum);
  const isMovable = (place: number): boolean => {
    const code = codes[place]! + direction;
    return errorAt(place) * direction <= fromHalfway - 0.5 && code >= 0 && code < levels.length;
  };
  const halfwayFirst = places
    .filter(isMovable)
    .sort((a, b) => Math.abs(errorAt(b)) - Math.abs(errorAt(a)) || a - b);
  for (const place of halfwayFirst.slice(0, Math.round(Math.abs(sum)))) codes[place]! += direction;
}
