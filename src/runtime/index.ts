export { type ErrorCode, QgtError } from '../core/index.js';
export type { CodedTensor, PackedModel, Preprocessing, RawTensor, StoredTensor } from '../pack/index.js';
export type { Artifacts, QgtHandler } from './artifacts.js';
export {
  fromQgt,
  type GraphLoader,
  type GraphOf,
  type LayersLoader,
  type LayersOf,
  type LoadOptions,
  loadQgt,
  readQgt,
} from './load.js';
export type { QgtSource, ReadOptions } from './source.js';
