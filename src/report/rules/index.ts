import { failOn } from './fail-on.js';
import { maxBytes } from './max-bytes.js';
import { maxDrop } from './max-drop.js';
import { minRatio } from './min-ratio.js';
import { minSqnr } from './min-sqnr.js';
import type { Rule } from './rule.js';

/** Every rule that a report can be held to, in the order of the help. */
export const rules: readonly Rule[] = [maxBytes, minRatio, maxDrop, minSqnr, failOn];

export { numeral } from './figure-rule.js';
export type { Limits, Rule, Unchecked } from './rule.js';
