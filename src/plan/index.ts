export { type BitRules, type PlannedWeight, type PlanWeight, planBits } from './bits.js';
