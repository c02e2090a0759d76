import type { CreateContestant } from './contestant.js';
import { createOwn } from './own.js';
import { createStock } from './stock.js';

/** Those that run in Node, by candidate. */
export const contestants: Readonly<Record<string, CreateContestant>> = {
  ours: createOwn('recorded', 0),
  'ours-distill': createOwn('recorded', 0.5),
  'ours-eager': createOwn('eager', 0),
  'tfjs-node': createStock,
};
