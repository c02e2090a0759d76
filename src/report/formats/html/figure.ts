import { type Content, html, type Markup } from './markup.js';

/** A picture with its heading, what it shows, and what its signs stand for. */
export interface Figure {
  readonly heading: string;
  readonly caption: Content;
  readonly picture: Markup;
  readonly legend?: readonly LegendEntry[];
}

/** A sign in a picture. */
export interface LegendEntry {
  readonly title: string;
  readonly colour: string;
  readonly sign: 'circle' | 'square' | 'triangle' | 'diamond' | 'star' | 'cross' | 'line' | 'dashes';
}

/** A card with a picture. */
export function figureCard({ heading, caption, picture, legend = [] }: Figure): Markup {
  return html`<figure class="card">
<figcaption><h3>${heading}</h3><p>${caption}</p>${legend.length === 0 ? null : html`<ul class="legend">${legend.map(legendItem)}</ul>`}</figcaption>
${picture}
</figure>
`;
}

function legendItem({ title, colour, sign }: LegendEntry): Markup {
  return html`<li><svg aria-hidden="true" width="18" height="12" viewBox="-9 -6 18 12" style="color:${colour}">${SIGNS[sign]}</svg> ${title}</li>`;
}

const SIGNS: Readonly<Record<LegendEntry['sign'], Markup>> = {
  circle: html`<circle r="4.5" fill="currentColor"/>`,
  square: html`<path d="M-4-4h8v8h-8z" fill="currentColor"/>`,
  triangle: html`<path d="M0-5L5 4H-5z" fill="currentColor"/>`,
  diamond: html`<path d="M0-6L4.5 0 0 6-4.5 0z" fill="currentColor"/>`,
  star: html`<path d="M0-6L1.5-2 6-2 2.2.8 3.6 5 0 2.4-3.6 5-2.2.8-6-2-1.5-2z" fill="currentColor"/>`,
  cross: html`<path d="M-1.7-5h3.4v3.3h3.3v3.4h-3.3v3.3h-3.4v-3.3h-3.3v-3.4h3.3z" fill="currentColor"/>`,
  line: html`<path d="M-9 0H9" stroke="currentColor" stroke-width="3"/>`,
  dashes: html`<path d="M-9 0H9" stroke="currentColor" stroke-width="2" stroke-dasharray="5 4"/>`,
};
