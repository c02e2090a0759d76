import {
  type DataSource,
  type Dataset,
  labelColumnsOf,
  openDataset,
  type ReadOptions,
} from '../../data/index.js';

/** Opens datasets for one model, and closes them together. */
export interface DatasetOpener {
  open(data: DataSource, own: Pick<ReadOptions, 'classes' | 'labelColumn'>): Promise<Dataset>;
  /** The columns of a table that may be its label, likeliest first; empty for other data. */
  labelColumns(data: DataSource): Promise<readonly string[]>;
  /** Closes all that are open, but for those named and what was made of them. */
  close(kept?: readonly Dataset[]): Promise<void>;
}

/** @param read  What is the same for every dataset. */
export function createDatasetOpener(read: Omit<ReadOptions, 'classes' | 'labelColumn'>): DatasetOpener {
  const opened = new Set<Dataset>();
  return {
    async open(data, own) {
      const dataset = await openDataset(data, { ...read, ...own });
      opened.add(dataset);
      return dataset;
    },
    labelColumns: (data) => labelColumnsOf(data, read),
    async close(kept = []) {
      for (const dataset of opened) {
        if (kept.some(({ close }) => close === dataset.close)) continue;
        await dataset.close();
        opened.delete(dataset);
      }
    },
  };
}
