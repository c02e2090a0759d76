export {
  type DataArrays,
  type DataInMemory,
  type DataSource,
  dataName,
  isDataInMemory,
  memoryFingerprint,
  type NumberArray,
  type SampleValues,
  type ShapedArray,
} from './data-in-memory.js';
export { memoryDataset } from './memory-dataset.js';
