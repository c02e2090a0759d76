export { sweepOverQueue } from './sweep-over-queue.js';
export { runWorker } from './worker.js';
