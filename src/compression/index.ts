export { packChecked } from './file/checked-file.js';
export { type FinalWeight, finalWeights, type QuantizedWeight, quantizedOf } from './file/final-weights.js';
export { floatWeights, packedModel, planModel } from './file/packing.js';
export { refineSteps } from './file/refine-steps.js';
export { type PlanByName, roundWeights } from './file/rounding.js';
export { scoredSamples } from './fitting/epoch-score.js';
export {
  announced,
  checkedFileBytes,
  fileBytes,
  postTrainingQuantize,
  quantizeModel,
  sizeAimedAt,
  trains,
  trainsKernels,
  validate,
  weightsOf,
} from './fitting/fitting.js';
export { type CompressionJob, evaluationOf, type OpenJob } from './fitting/job.js';
export { LEARNING, learnsRounding, roundingStepsOf, whyUnlearned } from './fitting/learned-rounding.js';
export { openToCompress } from './fitting/open-model.js';
export type { QuantizedModel } from './fitting/quantized-model.js';
export { type FittedWeights, trainIfBetterThanRounding } from './fitting/train-if-better.js';
export { trainedPaths } from './fitting/trained-paths.js';
export { stepsInEpoch } from './fitting/tuning.js';
export {
  effortEpochs,
  optionsForSamples,
  stepsIn,
  type TimedOptions,
  type TuningOptions,
  type UncountedOptions,
  withDefaults,
} from './fitting/tuning-options.js';
