import type { CreateContestant } from './contestant.js';
import { createOwn } from './own.js';
import { createStock } from './stock.js';

/** Those that run in Node, by candidate. */
export const contestants: Readonly<Record<string, CreateContestant>> = {
  ours: createOwn({ mode: 'recorded', distill: 0, precision: 'float32' }),
  'ours-bfloat16': createOwn({ mode: 'recorded', distill: 0, precision: 'bfloat16' }),
  'ours-distill': createOwn({ mode: 'recorded', distill: 0.5, precision: 'float32' }),
  'ours-eager': createOwn({ mode: 'eager', distill: 0, precision: 'float32' }),
  'tfjs-node': createStock,
};
