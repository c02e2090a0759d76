export { allocate, type LayerChoices } from './allocation.js';
export { allocationReport, notesOnAllocation } from './allocation-report.js';
export { startSearch } from './allocation-search.js';
export { planOf } from './chosen-widths.js';
export { firstWidths, trainingShares } from './fit-to-goal.js';
export { fitWidths, type WidthFit } from './fit-widths.js';
export { roundEvenly } from './width-choices.js';
