import type { LayerReport } from '../../layer-report.js';
import { labelsOf, shorten } from '../../names.js';
import type { Report } from '../../report.js';
import { type ColourScale, colourScaleOf } from './colour-scale.js';
import { type Layout, layOut, type Point, type Size } from './layout.js';
import { html, type Markup } from './markup.js';
import { rowId } from './row-id.js';
import { type DrawnNode, type Structure, structureOf } from './structure.js';
import { linkedImageOf } from './svg.js';

const LONGEST_LABEL = 26;
const LONGEST_KIND = 16;
/** Approximate width of a character of a node, in pixels. */
const CHARACTER = 6.6;
const MARGIN = 8;
/** Smallest scale of a drawing; one that would have to shrink further can be scrolled. */
const MAX_SHRINKING = 0.75;
/** A wider one gets the width of the page. */
const COLUMN = 480;
/** Most nodes that are laid out: more take minutes, and nobody reads them. */
const MAX_NODES = 400;

/** A node as it is drawn: its layers are those of its quantized weights. */
interface Box extends Size {
  readonly label: string;
  readonly facts: string;
  readonly layers: readonly LayerReport[];
  /** The row of the table that it links to; null: it has none. */
  readonly row: string | null;
}

/** The model, its layers coloured by sensitivity; null where the report has no graph. */
export function modelGraph({ graph, layers }: Report): Markup | null {
  const quantized = layers.filter(({ bits }) => bits < 32);
  const structure = structureOf(graph, new Set(quantized.map(({ name }) => name)));
  if (structure.nodes.length < 2 || structure.nodes.length > MAX_NODES) return null;
  const heat = colourScaleOf(quantized);
  const labels = labelsOf(layers);
  const rows = new Map(layers.map(({ name }, index) => [name, rowId(index)]));
  const boxes = structure.nodes.map((node) => boxOf(node, { quantized, labels, heat, rows }));
  const { width, height, middles, lines } = layOut(structure, boxes);
  const drawn = linkedImageOf(
    {
      id: 'model-graph',
      title: 'The model as a graph',
      description: descriptionOf(structure, boxes),
      width: width + 2 * MARGIN,
      height: height + 2 * MARGIN,
    },
    html`<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="var(--muted)"/></marker></defs>
<g transform="translate(${MARGIN} ${MARGIN})">
${lines.map(drawLine)}${boxes.map((box, index) => drawBox(box, middles[index]!, heat))}</g>`,
  );
  return html`<figure class="card${width > COLUMN ? ' across' : ''}">
<figcaption><h3>The model as a graph</h3><p>Layers with quantized weights, coloured by ${heat.what}. A layer leads to its row of the table. What only hands values on is left out.</p>
<ul class="legend">${heatLegend(heat)}</ul>
<div class="zoom" hidden><button type="button" data-zoom="0.8">− smaller</button><button type="button" data-zoom="1.25">+ larger</button><button type="button" data-zoom="0">all of it</button><span class="told" aria-live="polite"></span></div></figcaption>
<div class="scroll pan" role="region" aria-label="The model as a graph, which scrolls" tabindex="0"><div style="min-width:${Math.round(width * MAX_SHRINKING)}px;max-width:${width + 2 * MARGIN}px">${drawn}</div></div>
</figure>
`;
}

/** Facts that the boxes of a model have in common. */
interface Drawing {
  readonly quantized: readonly LayerReport[];
  readonly labels: ReadonlyMap<string, string>;
  readonly heat: ColourScale;
  readonly rows: ReadonlyMap<string, string>;
}

function boxOf({ name, kind, weights }: DrawnNode, { quantized, labels, heat, rows }: Drawing): Box {
  const layers = quantized.filter((layer) => weights.includes(layer.name));
  const [first] = layers;
  const own = shorten(layers.length === 1 ? labels.get(first!.name)! : name, LONGEST_LABEL);
  if (first === undefined) {
    const label = kind === 'InputLayer' ? own : shorten(kind, LONGEST_KIND);
    return { label, facts: '', layers, row: null, width: label.length * CHARACTER + 24, height: 24 };
  }
  const facts = [shorten(kind, LONGEST_KIND), `${first.bits} bits`, heat.text(first)]
    .filter((text) => text !== '')
    .join(' · ');
  const longest = Math.max(own.length, facts.length);
  return {
    label: own,
    facts,
    layers,
    row: rows.get(first.name) ?? null,
    width: longest * CHARACTER + 16,
    height: 42,
  };
}

function descriptionOf({ nodes, edges }: Structure, boxes: readonly Box[]): string {
  const labels = new Map(nodes.map(({ place }, index) => [place, boxes[index]!.label]));
  return nodes
    .map(({ place }, index) => {
      const { label, facts } = boxes[index]!;
      const sources = edges.filter(([, to]) => to === place).map(([from]) => labels.get(from));
      const after = sources.length === 0 ? '' : ` after ${sources.join(' and ')}`;
      return `${label}${facts === '' ? '' : ` (${facts})`}${after}`;
    })
    .join('; ');
}

const drawLine = (points: Layout['lines'][number]): Markup =>
  html`<path d="M${points.map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}" fill="none" stroke="var(--muted)" marker-end="url(#arrow)"/>
`;

function drawBox(
  { label, facts, layers, row, width, height }: Box,
  { x, y }: Point,
  heat: ColourScale,
): Markup {
  const rect = html`<rect x="${(x - width / 2).toFixed(1)}" y="${y - height / 2}" width="${width.toFixed(1)}" height="${height}" rx="${layers.length === 0 ? 12 : 5}"/>`;
  if (row === null) return html`<g class="plain">${rect}<text x="${x}" y="${y + 4}">${label}</text></g>\n`;
  const level = Math.max(...layers.map((layer) => heat.level(layer) ?? 0));
  const worst = layers.some(({ verdict }) => verdict?.level === 'bottleneck') ? ' worst' : '';
  return html`<a href="#${row}" class="heat-${level}${worst}">${rect}<text class="name" x="${x}" y="${y - 3}">${label}</text><text x="${x}" y="${y + 13}">${facts}</text></a>
`;
}

const heatLegend = ({ legend }: ColourScale): Markup[] =>
  legend.map(
    ({ level, text }) =>
      html`<li class="heat-${level}"><svg aria-hidden="true" width="18" height="12"><rect x="1" y="1" width="16" height="10" rx="2"/></svg> ${text}</li>`,
  );
