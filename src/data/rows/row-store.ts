import type { Shape } from '../../core/index.js';
import type { Rows } from '../dataset.js';
import { createRowWriter, type MemoryBudget, type RowWriter } from './row-writer.js';

/** Default for the most memory that all rows of a dataset take, in bytes. */
export const DEFAULT_MEMORY_LIMIT_BYTES = 2 ** 30;

/** Settings of a store. */
export interface RowStoreOptions {
  /** For all its rows together; `DEFAULT_MEMORY_LIMIT_BYTES` unless told otherwise. */
  readonly memoryLimitBytes?: number | undefined;
  /** Folder for spilled rows; default: the system's temporary folder. */
  readonly directory?: string | undefined;
}

/** Keeps the rows of one dataset within a memory limit and closes them together. */
export interface RowStore {
  /** Whether this many bytes still fit in memory. */
  fits(bytes: number): boolean;
  writer(shape: Shape, dtype: Rows['dtype']): RowWriter;
  /** Closes these rows too when the store is closed. */
  keep(rows: Rows): Rows;
  close(): Promise<void>;
}

/** Makes a store with nothing in it. */
export function createRowStore(options: RowStoreOptions = {}): RowStore {
  const limit = options.memoryLimitBytes ?? DEFAULT_MEMORY_LIMIT_BYTES;
  const budget: MemoryBudget = {
    bytesLeft: limit,
    blockBytes: Math.min(2 ** 20, Math.max(2 ** 12, limit / 16)),
    directory: options.directory,
  };
  const held = new Set<() => Promise<void> | void>();
  return {
    fits: (bytes) => bytes <= budget.bytesLeft,
    writer(shape, dtype) {
      const writer = createRowWriter(shape, dtype, budget);
      held.add(writer.discard);
      return {
        append: writer.append,
        finish() {
          const rows = writer.finish();
          held.delete(writer.discard);
          held.add(rows.close);
          return rows;
        },
        discard() {
          held.delete(writer.discard);
          writer.discard();
        },
      };
    },
    keep(rows) {
      held.add(rows.close);
      return rows;
    },
    async close() {
      for (const close of held) await close();
      held.clear();
    },
  };
}
