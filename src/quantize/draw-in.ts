import type { Grid } from './grid.js';

/**
 * A grid drawn in to a share of its range, so that what lies outside is clipped: towards zero, or where it has offsets
 * towards the middle of each channel's values.
 */
export function drawIn({ levels, scale, offset }: Grid, share: number): Grid {
  const middle = (levels[0]! + levels.at(-1)!) / 2;
  return {
    levels,
    scale: scale.map((unit) => unit * share),
    ...(offset === undefined
      ? {}
      : { offset: offset.map((shift, channel) => shift + scale[channel]! * middle * (1 - share)) }),
  };
}
