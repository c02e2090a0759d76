import type { CommandName } from '../../pipeline/options/commands.js';
import { analyze } from './analyze.js';
import type { Command } from './command.js';
import { compress } from './compress.js';
import { diff } from './diff.js';
import { doctor } from './doctor.js';
import { evaluate } from './eval.js';
import { exportModel } from './export.js';
import { inspect } from './inspect.js';
import { setup } from './setup.js';

/** Every command by its name. */
export const commands: { readonly [Name in CommandName]: Command<Name> } = {
  compress,
  analyze,
  eval: evaluate,
  diff,
  inspect,
  export: exportModel,
  setup,
  doctor,
};

/** The same in the order of the help. */
export const commandList: readonly Omit<Command, 'run'>[] = Object.values(commands);

/** The one command that yargs answers itself. */
export const completion = {
  name: 'completion',
  describe: 'Print a completion script for the shell, bash or zsh',
};

export type { Command, CommandOptions, Example, Outcome } from './command.js';
