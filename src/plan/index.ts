export {
  type Allocation,
  allocate,
  allocateAtCost,
  type BestAllocation,
  type LayerChoices,
  paretoFront,
  type WidthChoice,
} from './allocation.js';
export { type BitRules, type PlannedWeight, type PlanWeight, planBits } from './bits.js';
export { type DropTry, nextCost } from './drop-search.js';
export { type GraphProbe, graphOutputNoise, withConstants } from './graph-output-noise.js';
export { bitsFor } from './more-bits.js';
export { type OutputNoise, outputNoise, type Probe } from './output-noise.js';
export { explainCost, findWeakness, type LayerSigns } from './signs.js';
export { type Judgement, judgeBySigns, judgeMeasured, type MeasuredCost } from './verdict.js';
