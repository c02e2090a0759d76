import { bitsOptions } from './bits.js';
import { inputOptions } from './input.js';
import { limitsOptions } from './limits.js';
import type { Option, OptionGroup } from './option.js';
import { outputOptions } from './output.js';
import { runOptions } from './run.js';
import { sweepOptions } from './sweep.js';
import { trainingOptions } from './training.js';

/** Every option by its name; the help lists them in this order. */
export const declarations = {
  ...inputOptions,
  ...bitsOptions,
  ...limitsOptions,
  ...trainingOptions,
  ...outputOptions,
  ...runOptions,
  ...sweepOptions,
};

export type OptionName = keyof typeof declarations;

/** Names of the options under each heading of the help. */
export const optionsByGroup: Readonly<Record<OptionGroup, readonly OptionName[]>> = {
  Input: namesOf(inputOptions),
  Bits: namesOf(bitsOptions),
  Limits: namesOf(limitsOptions),
  Training: namesOf(trainingOptions),
  Output: namesOf(outputOptions),
  Run: namesOf(runOptions),
  Sweep: namesOf(sweepOptions),
};

/** Looks up the declaration of an option. */
export const optionOf = (name: OptionName): Option => declarations[name];

function namesOf(group: object): OptionName[] {
  return Object.keys(group) as OptionName[];
}

export { flagOf, type Option, type OptionGroup, optionGroups } from './option.js';
export { listItems, numberFrom } from './values.js';
