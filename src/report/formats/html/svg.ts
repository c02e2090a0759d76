import * as Plot from '@observablehq/plot';
import { DOMParser } from 'linkedom';
import { printable } from '../../../core/index.js';
import { html, Markup } from './markup.js';

/** A picture, and what it says to those who don't see it. */
export interface Picture {
  /** Unique in the page. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** In the unit of the picture, which is a pixel where there is room for it. */
  readonly width: number;
  readonly height: number;
}

export const NAMESPACE = 'http://www.w3.org/2000/svg';
const TEXT_SIZE = 12;

/** Wraps what was drawn into an image with a title and a description. */
export function imageOf(picture: Picture, drawn: Markup): Markup {
  return pictureOf('img', picture, drawn);
}

/** The same with links in it, which an image would hide from those who don't see it. */
export function linkedImageOf(picture: Picture, drawn: Markup): Markup {
  return pictureOf('group', picture, drawn);
}

function pictureOf(
  role: 'img' | 'group',
  { id, title, description, width, height }: Picture,
  drawn: Markup,
): Markup {
  return html`<svg role="${role}" aria-labelledby="${id}-title ${id}-desc" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-size="${TEXT_SIZE}" fill="currentColor">
<title id="${id}-title">${title}</title>
<desc id="${id}-desc">${description}</desc>
${drawn}</svg>`;
}

/** Draws a plot as an image that takes its colours from the page. */
export function plotOf(picture: Picture, options: Plot.PlotOptions): Markup {
  const { width, height } = picture;
  const svg = drawPlot({ style: { fontSize: `${TEXT_SIZE}px` }, ...options, width, height });
  // One image is one thing to a screen reader: what Plot calls its parts is not for it.
  for (const part of svg.querySelectorAll('[aria-label]')) part.removeAttribute('aria-label');
  return imageOf(picture, new Markup(svg.innerHTML.split('\n').map(printable).join('\n')));
}

/** Draws a plot without a browser. */
export function drawPlot(options: Plot.PlotOptions): Element {
  // An XML document: an HTML one would leave namespaces and entities out.
  const parsed: unknown = new DOMParser().parseFromString(`<svg xmlns="${NAMESPACE}"/>`, 'image/svg+xml');
  return Plot.plot({ ...options, document: parsed as Document });
}
