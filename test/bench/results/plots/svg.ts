import type * as Plot from '@observablehq/plot';
import { drawPlot, NAMESPACE } from '../../../../src/report/formats/html/svg.js';

/** A plot, and what it says to those who don't see it. */
export interface Picture {
  readonly title: string;
  readonly description: string;
  readonly options: Plot.PlotOptions;
}

const WIDTH = 760;
const HEIGHT = 440;
const MARGIN = 16;
/** A picture is a card of its own, so that it reads alike on a light page and on a dark one. */
export const PAPER = '#ffffff';
const INK = '#1f2328';

/** Draws a plot as an SVG file that needs nothing else. */
export function renderSvg({ title, description, options }: Picture): string {
  const svg = drawPlot({ width: WIDTH, height: HEIGHT, style: { fontSize: '13px' }, ...options });
  const element = (name: string, attributes: Readonly<Record<string, string>>, text = ''): Element => {
    const made = svg.ownerDocument.createElementNS(NAMESPACE, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.textContent = text;
    return made;
  };
  const size = { x: -MARGIN, y: -MARGIN, width: WIDTH + 2 * MARGIN, height: HEIGHT + 2 * MARGIN };
  const paper = Object.fromEntries(Object.entries(size).map(([key, value]) => [key, String(value)]));
  svg.prepend(
    element('title', { id: 'title' }, title),
    element('desc', { id: 'desc' }, description),
    element('rect', { ...paper, rx: '8', fill: PAPER }),
  );
  const attributes = {
    xmlns: NAMESPACE,
    role: 'img',
    'aria-labelledby': 'title desc',
    color: INK,
    viewBox: Object.values(size).join(' '),
    width: String(size.width),
    height: String(size.height),
  };
  for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, value);
  return `${svg.outerHTML}\n`;
}
