import { pathKind } from '../../files/index.js';
import type { DataReader } from '../dataset.js';

/** CSV files with a header. */
export const csv: DataReader = {
  name: 'csv',
  describe:
    'a .csv file with a header, columns of numbers and the label (see --label-column) or targets last',
  async accepts(path) {
    return /\.csv$/i.test(path) && (await pathKind(path)) === 'file';
  },
  async read(path, options) {
    const { csvDataset } = await import('../csv/index.js');
    return csvDataset(path, options);
  },
  async labelColumns(path, options) {
    const { csvLabelColumns } = await import('../csv/index.js');
    return csvLabelColumns(path, options);
  },
};
