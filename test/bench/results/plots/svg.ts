import * as Plot from '@observablehq/plot';
import { DOMParser } from 'linkedom';

/** A plot, and what it says to those who don't see it. */
export interface Picture {
  readonly title: string;
  readonly description: string;
  readonly options: Plot.PlotOptions;
}

const WIDTH = 760;
const HEIGHT = 440;
const MARGIN = 16;
const NAMESPACE = 'http://www.w3.org/2000/svg';
/** A picture is a card of its own, so that it reads alike on a light page and on a dark one. */
export const PAPER = '#ffffff';
const INK = '#1f2328';

/** Draws a plot as an SVG file that needs nothing else. */
export function renderSvg({ title, description, options }: Picture): string {
  // An XML document: an HTML one would leave its namespace and its entities out of the file.
  const parsed: unknown = new DOMParser().parseFromString(`<svg xmlns="${NAMESPACE}"/>`, 'image/svg+xml');
  const document = parsed as Document;
  const svg = Plot.plot({
    width: WIDTH,
    height: HEIGHT,
    style: { fontSize: '13px' },
    ...options,
    document,
  });
  const element = (name: string, attributes: Readonly<Record<string, string>>, text = ''): Element => {
    const made = document.createElementNS(NAMESPACE, name);
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
