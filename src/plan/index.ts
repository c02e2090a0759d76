export { type BitRules, type PlannedGrid, type PlannedWeight, planBits } from './bits.js';
