import type { CommandName } from '../../pipeline/options/commands.js';
import { type Option, type OptionName, optionOf } from '../../pipeline/options/index.js';
import { analyze } from './analyze.js';
import type { Command } from './command.js';
import { completion } from './completion.js';
import { compress } from './compress.js';
import { demo } from './demo.js';
import { diff } from './diff.js';
import { doctor } from './doctor.js';
import { evaluate } from './eval.js';
import { exportModel } from './export.js';
import { init } from './init.js';
import { inspect } from './inspect.js';
import { report } from './report.js';
import { setup } from './setup.js';
import { runSweep, showSweep, sweep } from './sweep.js';
import { worker } from './worker.js';

/** Every command by its name. */
export const commands: { readonly [Name in CommandName]: Command<Name> } = {
  compress,
  analyze,
  eval: evaluate,
  sweep,
  'sweep run': runSweep,
  'sweep show': showSweep,
  worker,
  diff,
  report,
  inspect,
  export: exportModel,
  init,
  demo,
  setup,
  doctor,
};

/** The same in the order of the help. */
export const commandList: readonly Omit<Command, 'run'>[] = Object.values(commands);

/** Topic of the help. */
export type HelpTopic = CommandName | typeof completion.name;

/** Every first word of a command line, in the order of the help. */
export const topics: readonly { readonly name: HelpTopic; readonly describe: string }[] = [
  ...commandList,
  completion,
];

/** Word for the help, as in other tools: `qgt help compress` is `qgt compress --help`. */
export const HELP = 'help';

/** Adapts an option's declaration to a command. */
export function optionFor(name: OptionName, command: CommandName): Option {
  const declared = optionOf(name);
  const here = commandList.find((each) => each.name === command);
  const values = here?.values?.[name] ?? declared.values;
  return {
    ...declared,
    describe: here?.options?.[name] ?? declared.describe,
    ...(values === undefined ? {} : { values }),
  };
}

export type { Command, CommandOptions, Example, Outcome } from './command.js';
export { completion } from './completion.js';
