export { checkedFile } from './file/checked-file.js';
export { withoutDeadChannels } from './file/lean-model.js';
export { floatWeights, packedModel, planSubject, wholeModel } from './file/packing.js';
export { fitGrids, type PlanByName, storeTensors } from './file/rounding.js';
export { shortFloats } from './file/short-floats.js';
export {
  announced,
  type FittedModel,
  fitModel,
  roundModel,
  trains,
  validate,
  weightsOf,
} from './fitting/fitting.js';
export { heldAgainstRounding } from './fitting/held-against-rounding.js';
export type { FittingJob } from './fitting/job.js';
export {
  forSamples,
  type TimedOptions,
  type TuningOptions,
  withDefaults,
} from './fitting/tuning-options.js';
