export { type BitRules, type PlannedWeight, type PlanWeight, planBits } from './bits.js';
export { type Bottleneck, findBottleneck, type LayerEvidence } from './bottleneck.js';
export { type GraphProbe, graphOutputSqnr } from './graph-output-noise.js';
export { outputSqnr, type Probe } from './output-noise.js';
