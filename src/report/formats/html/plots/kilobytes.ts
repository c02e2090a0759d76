import type { ScaleOptions } from '@observablehq/plot';
import { logTicks, logTickText } from './ticks.js';

/** Ratio of the largest to the smallest size above which the axis is logarithmic. */
const WIDE = 10;

/** An axis of file sizes in kilobytes. */
export function kilobytes(files: readonly { readonly bytes: number }[]): ScaleOptions {
  const sizes = files.map(({ bytes }) => bytes / 1000);
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  return least > 0 && most > WIDE * least
    ? { type: 'log', label: 'kilobytes', ticks: logTicks(least, most), tickFormat: logTickText }
    : { type: 'linear', label: 'kilobytes', tickFormat: '~r', ticks: 5 };
}
