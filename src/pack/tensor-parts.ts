import type { TableEntry } from './table.js';

/** A tensor's line in the table, its float32s, and what else it has. */
export interface TensorParts {
  readonly entry: TableEntry;
  readonly floats: readonly Float32Array[];
  readonly block: Uint8Array;
}
