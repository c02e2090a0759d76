import { type Shape, sizeOf } from '../../core/index.js';
import type { CodesForm } from '../../pack/index.js';

/** Sizes of the coder `range`, from docs/format.md. */
const SOURCES = 6;
const CONTEXTS = 17;
const NEIGHBOURS = 4;

/** Memory of the decoder of `range`, by the names in C. */
export interface WorkspaceFields {
  /** Weights of each source: one per context for the first four bits of a code, one for all later bits. */
  readonly slots: number;
  /** Distance to the farthest neighbour, in codes. */
  readonly window: number;
  /** uint32_t for the weights and the columns, and bytes for the uses of each weight and the codes. */
  readonly workspace: number;
}

/** Computes the memory for reading a tensor, less than the format's tables where codes have few bits. */
export function workspaceFields({ shape, levels }: CodesForm): WorkspaceFields {
  const nodes = 2 ** (32 - Math.clz32(levels - 1));
  const slots = CONTEXTS * Math.min(16, nodes) + Math.max(0, nodes - 16);
  const counted = withoutOnes(shape).slice(-NEIGHBOURS);
  const window = sizeOf(counted.slice(1));
  const columns = counted.at(-1) ?? 1;
  const weights = SOURCES * slots;
  return { slots, window, workspace: weights + columns + Math.ceil((weights + window) / 4) };
}

/** Removes the dimensions of 1 at the end of a shape. */
function withoutOnes(shape: Shape): Shape {
  return shape.slice(0, shape.findLastIndex((size) => size !== 1) + 1);
}
