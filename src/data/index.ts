export { type Augmentation, augmentations, parseAugmentations } from './augmentation/index.js';
export { type Batch, type BatchOptions, batches } from './batches.js';
export { outputWidth } from './class-labels.js';
export { numericOrder, reorderClasses } from './class-order.js';
export type { DataReader, Dataset, InputSpec, Labels, OutputSpec, ReadOptions, Rows } from './dataset.js';
export {
  applyInputRange,
  type InputRange,
  parseInputRange,
} from './input-range.js';
export { labelColumnsOf, openDataset } from './open-dataset.js';
export { pathKind } from './path-kind.js';
export { candidateRanges, chooseInputRange, type RangeScore } from './range-choice.js';
export { readers } from './readers/index.js';
export {
  createRowStore,
  DEFAULT_MEMORY_LIMIT_BYTES,
  type RowStore,
  type RowStoreOptions,
  type RowWriter,
} from './rows/index.js';
export { readClasses, type Split, splitDataset } from './split.js';
export {
  canMove,
  classCount,
  composedRows,
  drawCompositions,
  type SourceModel,
  type Synthesis,
  type SynthesisOptions,
  type SyntheticInput,
  synthesizeInputs,
} from './synthesis/index.js';
