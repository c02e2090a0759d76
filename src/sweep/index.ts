export { runSweep, showSweep, sweep } from './sweep.js';
