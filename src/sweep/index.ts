export { runWorker } from './queue/index.js';
export { runSweep, showSweep, sweep } from './sweep.js';
