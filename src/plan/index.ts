export { type BitRules, type PlannedWeight, planBits } from './bits.js';
