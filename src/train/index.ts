export { hasBatchNorm, leaveNoTrace } from './batch-norm-statistics.js';
export { type BatchNormLayer, layersBeforeBatchNorm } from './before-batch-norm.js';
export { distillationLoss } from './distillation.js';
export { createDivergence, type Divergence } from './divergence.js';
export { type Effort, efforts, epochsOf, findEffort } from './efforts.js';
export {
  type EpochTrace,
  type FineTuneOptions,
  fineTune,
  type Training,
  type TrainingData,
} from './fine-tune.js';
export { disposeKernel, type GuidedKernel, gridOf, guideKernel, onGrid } from './guided-kernel.js';
export { type LossName, lossNames } from './loss-names.js';
export { defaultLoss, losses } from './losses.js';
export { FIRST_PRICE, type PriceControlOptions } from './price-control.js';
export { type Batches, outputsOf, predictOnGrid, type Trainee, variablesOf } from './trainee.js';
