export { analyze } from './analyze.js';
export { compress } from './compress.js';
export { doctor } from './doctor.js';
export { evaluate } from './evaluate.js';
export { exportModel } from './export-model.js';
export { inspect } from './inspect.js';
export { planCompression } from './plan-compression.js';
export { setUp } from './setup.js';
