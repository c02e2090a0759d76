import type { ScaleOptions } from '@observablehq/plot';

/** From so many times the smallest on, even steps would crowd the small ones together. */
const WIDE = 10;

/** An axis of file sizes in kilobytes. */
export function kilobytes(files: readonly { readonly bytes: number }[]): ScaleOptions {
  const sizes = files.map(({ bytes }) => bytes);
  const type = Math.max(...sizes) > WIDE * Math.min(...sizes) ? 'log' : 'linear';
  return { type, label: 'kilobytes', tickFormat: '~r', ticks: 5 };
}
