import type { Rows } from './dataset.js';
import type { RowStore, RowValues } from './rows/index.js';

/** Turns one-hot rows into class indices as they pass by. */
export interface OneHotReader {
  /** Whole rows. */
  readonly visit: (values: RowValues) => void;
  /** One class a row; undefined if some row was not one-hot. */
  finish(): Rows | undefined;
}

/** Makes a reader of rows of `width` values. */
export function createOneHotReader(width: number, store: RowStore): OneHotReader {
  const classes = store.writer([], 'int32');
  let isOneHot = true;
  return {
    visit(values) {
      for (let start = 0; isOneHot && start < values.length; start += width) {
        const hot = hotIndex(values.subarray(start, start + width));
        isOneHot = hot !== undefined;
        if (hot !== undefined) classes.append(Int32Array.of(hot));
      }
    },
    finish() {
      if (isOneHot) return classes.finish();
      classes.discard();
      return undefined;
    },
  };
}

/** The index of the only 1 among zeros. */
function hotIndex(row: RowValues): number | undefined {
  const hot = row.indexOf(1);
  const isOneHot = hot >= 0 && row.every((value, index) => value === (index === hot ? 1 : 0));
  return isOneHot ? hot : undefined;
}

/** Rows of class indices as one-hot rows of `width` values, made as they are read. */
export function asOneHot(classes: Rows, width: number): Rows {
  return {
    ...classes,
    shape: [width],
    dtype: 'uint8',
    read: async (indices) => {
      const labels = await classes.read(indices);
      const rows = new Uint8Array(labels.length * width);
      for (const [row, label] of labels.entries()) rows[row * width + label] = 1;
      return rows;
    },
  };
}
