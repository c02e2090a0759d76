import type { ChannelLayout } from '../core/index.js';

/** Channels that are gathered at once, since neighbours share the lines of a processor's cache. */
export const AT_ONCE = 16;

/**
 * Lays the elements of up to `AT_ONCE` channels, from the `first` on, channel after channel.
 *
 * Like `scatter` it takes seconds of a large model, so neither calls a function for each element.
 */
export function gather(
  values: Float32Array | Uint8Array,
  layout: ChannelLayout,
  first: number,
  into: Float32Array | Uint8Array,
): void {
  const { outer, channels, inner } = layout;
  const count = Math.min(AT_ONCE, channels - first);
  for (let o = 0; o < outer; o++) {
    let element = (o * channels + first) * inner;
    for (let channel = 0; channel < count; channel++) {
      const start = (channel * outer + o) * inner;
      for (let i = 0; i < inner; i++) into[start + i] = values[element++]!;
    }
  }
}

/** Puts back codes that `gather` laid so. */
export function scatter(block: Uint8Array, layout: ChannelLayout, first: number, into: Uint8Array): void {
  const { outer, channels, inner } = layout;
  const count = Math.min(AT_ONCE, channels - first);
  for (let o = 0; o < outer; o++) {
    let element = (o * channels + first) * inner;
    for (let channel = 0; channel < count; channel++) {
      const start = (channel * outer + o) * inner;
      for (let i = 0; i < inner; i++) into[element++] = block[start + i]!;
    }
  }
}
