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
export { type Bottleneck, findBottleneck, type LayerEvidence } from './bottleneck.js';
export { type DropTry, nextCost } from './drop-search.js';
export { type GraphProbe, graphOutputNoise, withConstants } from './graph-output-noise.js';
export { type OutputNoise, outputNoise, type Probe } from './output-noise.js';
