import type { Dataset, ReadOptions } from './dataset.js';
import { createRowStore, type RowStore } from './rows/index.js';

/**
 * Lets a reader fill a store and makes a dataset of it; whatever it opened is closed with the dataset, or at once if
 * the reader fails.
 */
export async function buildDataset(
  source: string,
  { memoryLimitBytes }: ReadOptions,
  fill: (store: RowStore) => Promise<Omit<Dataset, 'source' | 'close'>>,
): Promise<Dataset> {
  const store = createRowStore({ memoryLimitBytes });
  try {
    return { source, ...(await fill(store)), close: store.close };
  } catch (error) {
    await store.close();
    throw error;
  }
}
