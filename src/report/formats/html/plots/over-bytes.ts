import * as Plot from '@observablehq/plot';
import type { Markup } from '../markup.js';
import { type Picture, plotOf } from '../svg.js';
import { kilobytes } from './kilobytes.js';
import { flatDomain } from './ticks.js';

/** Size of a plot over bytes: on a phone its text is nine pixels high and more. */
export const OVER_BYTES = { width: 420, height: 300 } as const;
const MARGINS = { marginRight: 20, marginTop: 24, marginBottom: 40 } as const;

/** Approximate width of a character of a tick, in pixels, and room between it and the axis. */
const [CHARACTER, BESIDE] = [7, 16];
/** Ticks are short whatever unit the metric has. */
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 4 });
const tickText = (value: number): string =>
  value !== 0 && Math.abs(value) < 0.001 ? value.toExponential() : compact.format(value);

/** A metric of files, and how it is drawn over their bytes. */
export interface OverBytes {
  readonly files: readonly { readonly bytes: number; readonly value: number }[];
  /** The metric of the float model. */
  readonly float: number;
  /** Title of the axis; left out: its heading says it. */
  readonly unit: string | null;
  readonly marks: readonly Plot.Markish[];
}

/** Draws a metric over the bytes of files, the float model's as a dashed line. */
export function plotOverBytes(
  picture: Omit<Picture, 'width' | 'height'>,
  { files, float, unit, marks }: OverBytes,
): Markup {
  // Ticks have about as many digits as values that are rounded.
  const values = [float, ...files.map(({ value }) => value)];
  const ticks = values.map((value) => tickText(Number(value.toPrecision(4))));
  return plotOf(
    { ...picture, ...OVER_BYTES },
    {
      ...MARGINS,
      marginLeft: BESIDE + CHARACTER * Math.max(...ticks.map(({ length }) => length)),
      x: { ...kilobytes(files), inset: 24 },
      y: {
        label: unit,
        tickFormat: tickText,
        grid: true,
        nice: true,
        inset: 12,
        ...flatDomain(values, unit),
      },
      marks: [Plot.ruleY([float], { strokeDasharray: '5 4' }), ...marks],
    },
  );
}
