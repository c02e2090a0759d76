import * as Plot from '@observablehq/plot';
import { printable } from '../../../../core/index.js';
import { shorten } from '../../../names.js';
import type { Figure, LegendEntry } from '../figure.js';
import { figureCard } from '../figure.js';
import type { Markup } from '../markup.js';
import { seriesStyle } from '../series-style.js';
import { plotOf } from '../svg.js';
import { LONGEST_LABEL, leftMargin } from './labels.js';
import { logTicks, logTickText } from './ticks.js';

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
const MAX_ROWS = 24;
const WIDTH = 420;
const ROW = 18;

/** Draws one row per layer, in the order of the dots. */
export function layerDots({ id, heading, caption, dots, axis }: LayerDots): Markup {
  const all = [...new Set(dots.map(({ layer }) => layer))];
  const rows = farthest(dots, all);
  const shown = dots.filter(({ layer }) => rows.includes(layer));
  const widths = [...new Set(dots.map(({ bits }) => bits))].toSorted((a, b) => a - b);
  const lookFor = (bits: number) => seriesStyle(widths.indexOf(bits));
  const { type, label, ...rest } = axis;
  const values = shown.map(({ value }) => value);
  const format =
    type === 'log'
      ? { ticks: logTicks(Math.min(...values), Math.max(...values)), tickFormat: logTickText }
      : { ticks: 4, ...rest };
  const legend: LegendEntry[] = widths.map((bits) => ({
    title: `${bits} bits`,
    colour: lookFor(bits).colour,
    sign: lookFor(bits).symbol,
  }));
  return figureCard({
    heading,
    caption:
      rows.length < all.length
        ? `${caption} Those ${rows.length} of ${all.length} layers that reach farthest.`
        : caption,
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
        marginLeft: leftMargin(rows),
        marginRight: 16,
        marginTop: 36,
        marginBottom: 36,
        x: { ...axis, ...format, grid: true, inset: 8 },
        y: {
          type: 'point',
          domain: rows,
          label: null,
          tickFormat: (layer: string) => shorten(printable(layer), LONGEST_LABEL),
          tickSize: 0,
        },
        marks: [
          Plot.axisX({ anchor: 'top', label: null, ...format }),
          Plot.axisX({ anchor: 'bottom', ...format }),
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

/** The layers with the largest figures at any width, in the order given. */
function farthest(dots: readonly LayerDot[], layers: readonly string[]): string[] {
  const reach = new Map<string, number>();
  for (const { layer, value } of dots) reach.set(layer, Math.max(reach.get(layer) ?? value, value));
  const kept = new Set(layers.toSorted((a, b) => reach.get(b)! - reach.get(a)!).slice(0, MAX_ROWS));
  return layers.filter((layer) => kept.has(layer));
}
