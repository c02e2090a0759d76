export { type BitRules, expectedBytes, type PlannedWeight, planBits, type PlanWeight } from './bits.js';
