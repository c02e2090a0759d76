export { type BitRules, type PlannedWeight, planBits } from './bits.js';
export {
  atWidth,
  type GridRule,
  type LayerRule,
  layerOption,
  layerOptions,
  layerRuleText,
} from './layer-rule.js';
export { type GridOptions, type PlannedGrid, planGrid } from './planned-grid.js';
