export { newRowArray } from './row-array.js';
export { type RowFile, readRowFile } from './row-file.js';
export {
  createRowStore,
  DEFAULT_MEMORY_LIMIT_BYTES,
  type RowStore,
  type RowStoreOptions,
} from './row-store.js';
export type { RowValues, RowWriter } from './row-writer.js';
