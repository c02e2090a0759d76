import type { ScaleOptions } from '@observablehq/plot';

/** Ratio of the largest to the smallest size above which the axis is logarithmic. */
const WIDE = 10;

/** An axis of file sizes in kilobytes. */
export function kilobytes(files: readonly { readonly bytes: number }[]): ScaleOptions {
  const sizes = files.map(({ bytes }) => bytes);
  const type = Math.max(...sizes) > WIDE * Math.min(...sizes) ? 'log' : 'linear';
  return { type, label: 'kilobytes', tickFormat: '~r', ticks: 5 };
}
