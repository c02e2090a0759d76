import type { ChannelLayout } from '../core/index.js';

/** Channels that are gathered at once, since neighbours share the lines of a processor's cache. */
export const AT_ONCE = 16;

/** A place in a block for each element of some neighbouring channels, and its place in the tensor. */
type Copy = (place: number, element: number) => void;

/** Lays the elements of up to `AT_ONCE` channels, from the `first` on, channel after channel. */
export function gather(
  values: Float32Array | Uint8Array,
  layout: ChannelLayout,
  first: number,
  into: Float32Array | Uint8Array,
): void {
  forEachInBlock(layout, first, (place, element) => {
    into[place] = values[element]!;
  });
}

/** Puts back codes that `gather` laid so. */
export function scatter(block: Uint8Array, layout: ChannelLayout, first: number, into: Uint8Array): void {
  forEachInBlock(layout, first, (place, element) => {
    into[element] = block[place]!;
  });
}

function forEachInBlock({ outer, channels, inner }: ChannelLayout, first: number, copy: Copy): void {
  const count = Math.min(AT_ONCE, channels - first);
  for (let o = 0; o < outer; o++) {
    let element = (o * channels + first) * inner;
    for (let channel = 0; channel < count; channel++) {
      const start = (channel * outer + o) * inner;
      for (let i = 0; i < inner; i++) copy(start + i, element++);
    }
  }
}
