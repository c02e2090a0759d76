import { Graph, layout } from '@dagrejs/dagre';
import type { Structure } from './structure.js';

/** A size or a place in a drawing, in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A drawing with a place for everything. */
export interface Layout extends Size {
  /** The middle of each node, in the order of the structure. */
  readonly middles: readonly Point[];
  /** The points that each edge runs through. */
  readonly lines: readonly (readonly Point[])[];
}

/**
 * Finds places for nodes, from the inputs down to the outputs.
 *
 * @param sizes  In the order of the structure.
 */
export function layOut({ nodes, edges }: Structure, sizes: readonly Size[]): Layout {
  const drawing = new Graph();
  drawing.setGraph({ ranksep: 26, nodesep: 20, edgesep: 12 });
  drawing.setDefaultEdgeLabel(() => ({}));
  nodes.forEach(({ place }, index) => {
    drawing.setNode(String(place), { ...sizes[index]! });
  });
  for (const [from, to] of edges) drawing.setEdge(String(from), String(to));
  layout(drawing);
  const { width, height } = drawing.graph() as Size;
  return {
    width: Math.ceil(width),
    height: Math.ceil(height),
    middles: nodes.map(({ place }) => drawing.node(String(place)) as Point),
    lines: drawing
      .edges()
      .map((edge: unknown) => (drawing.edge(edge) as { points: readonly Point[] }).points),
  };
}
