import type { Arguments, Argv } from 'yargs';
import { QgtError } from '../core/index.js';
import { type CommandName, commandSchemas } from '../pipeline/options/commands.js';
import { optionOf } from '../pipeline/options/index.js';
import { commandList, completion } from './commands/index.js';
import { globalOptions } from './global-options.js';
import { dashed, flagOf, optionFacts, optionNames } from './option-facts.js';

const COMPLETIONS = '--get-yargs-completions';

/** What yargs makes of a command line. */
export interface Words {
  /** Flags by their names, each as typed; `_` holds what is none, `model` the first of those after a command. */
  readonly values: Arguments;
  /** What it would have printed: the completion script, or completions. */
  readonly text: string;
}

/**
 * Reads a command line by yargs: without its help, its exit and its checks, since ours name the nearest.
 *
 * @throws QgtError `usage` for an option without its value.
 */
export async function readWords(argv: readonly string[]): Promise<Words> {
  const { default: yargs } = await import('yargs');
  const completing = argv.includes(COMPLETIONS);
  const parser = yargs([...argv])
    .scriptName('qgt')
    .locale('en')
    .help(false)
    .version(false)
    .exitProcess(false)
    .showHelpOnFail(false)
    .parserConfiguration({
      'camel-case-expansion': false,
      'dot-notation': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
    })
    .completion(completion.name, completion.describe)
    .fail((message, thrown) => {
      const [, flag] = /^Not enough arguments following: (.+)$/.exec(message ?? '') ?? [];
      if (flag === undefined) throw thrown ?? new QgtError('usage', { where: 'qgt', what: message });
      throw new QgtError('usage', { where: dashed(flag), what: 'needs a value' });
    });
  for (const { flag, shown = flag, alias, kind, describe } of globalOptions) {
    parser.option(completing ? shown : flag, { ...declared(kind, alias, [], completing), describe });
  }
  for (const { name, describe } of commandList) {
    // The parameter makes yargs take this for a builder when it completes.
    parser.command(`${name} [model]`, describe, (command) => declareOptions(command, name, completing));
  }
  let text = '';
  const values = await parser.parseAsync([...argv], {}, (_error, _values, output) => {
    text += output;
  });
  return { values, text };
}

function declareOptions(command: Argv, name: CommandName, completing: boolean): Argv {
  for (const option of optionNames(commandSchemas[name].shape)) {
    const { alias, describe } = optionOf(option);
    const { kind, choices } = optionFacts(option);
    command.option(flagOf(option), { ...declared(kind, alias, choices, completing), describe });
  }
  return command;
}

/** Short forms would be completed as `--b`, and choices be checked here instead of by the schema. */
function declared(kind: string, alias: string | undefined, choices: readonly string[], completing: boolean) {
  const type = kind === 'boolean' ? ({ type: 'boolean' } as const) : { nargs: 1 };
  if (completing) return choices.length > 0 ? { ...type, choices } : type;
  return alias === undefined ? type : { ...type, alias };
}
