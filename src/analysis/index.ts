export { analyzeLayers } from './layer-analysis.js';
export { layerReports } from './layer-reports.js';
export { layerSigns } from './layer-signs.js';
export { measureOutputNoise } from './output-noise.js';
export { addRemedies } from './remedies.js';
export { measureSettling } from './settling.js';
export { layerTargets, verdictsByGain, verdictsBySigns } from './verdicts.js';
