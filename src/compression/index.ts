export { packChecked } from './file/checked-file.js';
export { type FinalWeight, finalWeights, type QuantizedWeight, quantizedOf } from './file/final-weights.js';
export { withoutDeadChannels } from './file/lean-model.js';
export { floatWeights, packedModel, planSubject } from './file/packing.js';
export { type PlanByName, roundWeights } from './file/rounding.js';
export {
  announced,
  evaluationOf,
  type FittedModel,
  fitModel,
  roundModel,
  trains,
  validate,
  weightsOf,
} from './fitting/fitting.js';
export { heldAgainstRounding } from './fitting/held-against-rounding.js';
export type { FittingJob, OpenJob } from './fitting/job.js';
export {
  forSamples,
  type TimedOptions,
  type TuningOptions,
  withDefaults,
} from './fitting/tuning-options.js';
