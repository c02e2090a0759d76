import * as Plot from '@observablehq/plot';
import { printable } from '../../../../core/index.js';
import { shorten } from '../../../names.js';
import type { Figure, LegendEntry } from '../figure.js';
import { figureCard } from '../figure.js';
import type { Markup } from '../markup.js';
import { seriesStyle } from '../series-style.js';
import { plotOf } from '../svg.js';

/** A layer's figure at one width. */
export interface LayerDot {
  readonly layer: string;
  readonly bits: number;
  readonly value: number;
  readonly text: string;
}

/** A plot with one row per layer and one dot per width. */
export interface LayerDots extends Pick<Figure, 'heading' | 'caption'> {
  readonly id: string;
  readonly dots: readonly LayerDot[];
  readonly axis: Pick<Plot.ScaleOptions, 'type' | 'label' | 'tickFormat'>;
}

/** Largest number of rows; the table has all layers. */
const MAX_ROWS = 40;
const WIDTH = 420;
const ROW = 18;
/** Approximate width of a character in pixels: without a browser text can't be measured. */
const CHARACTER = 7;
const LONGEST_LABEL = 22;

/** Draws one row per layer, in the order of the dots. */
export function layerDots({ id, heading, caption, dots, axis }: LayerDots): Markup {
  const all = [...new Set(dots.map(({ layer }) => layer))];
  const rows = all.slice(0, MAX_ROWS);
  const shown = dots.filter(({ layer }) => rows.includes(layer));
  const widths = [...new Set(dots.map(({ bits }) => bits))].toSorted((a, b) => a - b);
  const lookFor = (bits: number) => seriesStyle(widths.indexOf(bits));
  const marginLeft = 12 + CHARACTER * Math.min(LONGEST_LABEL, Math.max(...rows.map(({ length }) => length)));
  const { type, label, ...format } = axis;
  const legend: LegendEntry[] = widths.map((bits) => ({
    title: `${bits} bits`,
    colour: lookFor(bits).colour,
    sign: lookFor(bits).symbol,
  }));
  return figureCard({
    heading,
    caption:
      rows.length < all.length ? `${caption} The first ${rows.length} of ${all.length} layers.` : caption,
    legend,
    picture: plotOf(
      {
        id,
        title: heading,
        description: shown.map(({ layer, bits, text }) => `${layer} at ${bits} bits: ${text}`).join('; '),
        width: WIDTH,
        height: rows.length * ROW + 72,
      },
      {
        marginLeft,
        marginRight: 16,
        marginTop: 36,
        marginBottom: 36,
        x: { ...axis, grid: true, inset: 8, ticks: 4 },
        y: {
          type: 'point',
          domain: rows,
          label: null,
          tickFormat: (layer: string) => shorten(printable(layer), LONGEST_LABEL),
          tickSize: 0,
        },
        marks: [
          Plot.axisX({ anchor: 'top', label: null, ticks: 4, ...format }),
          Plot.axisX({ anchor: 'bottom', ticks: 4, ...format }),
          Plot.ruleY(rows, { strokeOpacity: 0.12 }),
          ...widths.map((bits) =>
            Plot.dot(
              shown.filter((dot) => dot.bits === bits),
              {
                x: 'value',
                y: 'layer',
                symbol: lookFor(bits).symbol,
                fill: lookFor(bits).colour,
                r: 4.5,
                title: ({ layer, text }: LayerDot) => `${layer} at ${bits} bits: ${text}`,
              },
            ),
          ),
        ],
      },
    ),
  });
}
