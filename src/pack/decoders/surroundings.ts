import type { Shape } from '../../core/index.js';
import { SOURCES } from './bit-model.js';

const NEIGHBOURS = 4;
const COLUMN = NEIGHBOURS;
const ROW = NEIGHBOURS + 1;
/** Averages are over about eight codes, each 0 to 255 by its distance from the middle level, in eighths. */
const MIDDLING = 1024;

/** What is known of a code from the codes before it. */
export interface Surroundings {
  /** 0 to 16: no neighbour, or 1 + its four highest bits; 0 to 15: an average. */
  readonly contexts: Uint8Array;
  /** Brings `contexts` up to date for a code; every code before it has been remembered. */
  lookAt(index: number): void;
  /** Takes note of a code and goes on to the next one. */
  remember(index: number): void;
}

/**
 * A code's neighbours, one step back along each of the last four dimensions, and how far from the middle the codes of its
 * column and of its row were lately.
 *
 * Dimensions of 1 at the end of a shape don't count, so that a depthwise kernel's channels are neighbours.
 */
export function createSurroundings(codes: Uint8Array, shape: Shape, levels: number): Surroundings {
  const contexts = new Uint8Array(SOURCES);
  const dimensions = shape.slice(0, shape.findLastIndex((size) => size !== 1) + 1).reverse();
  // Of the last four dimensions, the last one first.
  const sizes = Int32Array.from({ length: NEIGHBOURS }, (_, axis) => dimensions[axis] ?? 1);
  const strides = sizes.map((_, axis) => sizes.slice(0, axis).reduce((product, size) => product * size, 1));
  const position = new Int32Array(NEIGHBOURS);
  const columns = new Uint16Array(sizes[0]!).fill(MIDDLING);
  const lowBits = Math.max(0, 32 - Math.clz32(levels - 1) - 4);
  let row = MIDDLING;
  return {
    contexts,
    lookAt: (index) => {
      for (let axis = 0; axis < NEIGHBOURS; axis++) {
        contexts[axis] = position[axis]! > 0 ? 1 + (codes[index - strides[axis]!]! >> lowBits) : 0;
      }
      contexts[COLUMN] = columns[position[0]!]! >> 7;
      contexts[ROW] = row >> 7;
    },
    remember: (index) => {
      const distance = Math.floor((255 * Math.abs(2 * codes[index]! - (levels - 1))) / (levels - 1));
      const column = position[0]!;
      columns[column]! += distance - (columns[column]! >> 3);
      row += distance - (row >> 3);
      for (let axis = 0; axis < NEIGHBOURS && ++position[axis]! === sizes[axis]; axis++) position[axis] = 0;
    },
  };
}
