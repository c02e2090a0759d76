export { type Augmentation, augmentations, parseAugmentations } from './augmentation/index.js';
export { type Batch, type BatchOptions, batches } from './batches.js';
export { outputWidth } from './class-labels.js';
export { numericOrder, reorderClasses } from './class-order.js';
export type { DataReader, Dataset, InputSpec, Labels, OutputSpec, ReadOptions, Rows } from './dataset.js';
export { dataFingerprint } from './fingerprint.js';
export {
  applyInputRange,
  type InputRange,
  isInputRange,
  keepsValues,
  keepsWhole,
  parseInputRange,
} from './input-range.js';
export { type DataInMemory, type DataSource, dataName, isDataInMemory } from './memory/index.js';
export { checkFormat, labelColumnsOf, openDataset } from './open-dataset.js';
export { type ChannelMoments, rangeByRescaling } from './range-by-rescaling.js';
export { candidateRanges, chooseInputRanges, type RangeScore } from './range-choice.js';
export { OTHER_INPUTS, type RangeRules, rangeRulesText, rulesInText } from './range-rules.js';
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
  batchNormLoss,
  canMove,
  classCount,
  composedRows,
  drawCompositions,
  isImage,
  type NoiseRange,
  type SourceModel,
  type Synthesis,
  type SynthesisLoss,
  type SynthesisOptions,
  type SyntheticInput,
  synthesizeInputs,
  takesLeaves,
} from './synthesis/index.js';
