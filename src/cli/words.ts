import type { Arguments, Argv } from 'yargs';
import { QgtError } from '../core/index.js';
import { type CommandName, commandSchemas } from '../pipeline/options/commands.js';
import { declarations, flagOf, optionOf } from '../pipeline/options/index.js';
import { commandList } from './commands/index.js';
import { globalOptions } from './global-options.js';
import { dashed, optionFacts, optionNames } from './option-facts.js';

/**
 * Reads a command line with yargs, but without its help, exit and checks: our own checks suggest the nearest
 * name.
 *
 * @returns Flags by their names, each as typed; `_` holds the other words, `model` the first of those after a command.
 * @throws QgtError `usage` for an option without its value, or a switch with one that is neither true nor false.
 */
export async function readWords(argv: readonly string[]): Promise<Arguments> {
  checkSwitches(argv);
  const { default: yargs } = await import('yargs');
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
    .fail((message, thrown) => {
      const [, flag] = /^Not enough arguments following: (.+)$/.exec(message ?? '') ?? [];
      if (flag === undefined) throw thrown ?? new QgtError('usage', { where: 'qgt', what: message });
      throw new QgtError('usage', { where: dashed(flag), what: 'needs a value' });
    });
  for (const { flag, alias, kind } of globalOptions) parser.option(flag, declared(kind, alias));
  for (const { name, describe } of commandList)
    parser.command(`${wordOf(name)} [model]`, describe, (command) => declareOptions(command, name));
  const { _: words, ...rest } = await parser.parseAsync(argv.map(wordOf));
  const found = commandList.find(({ name }) => wordOf(name) === words[0]);
  return { ...rest, _: found === undefined ? words : [found.name, ...words.slice(1)] };
}

/** A command as one word for yargs, which knows none of two; any other word is itself. */
const wordOf = (word: string): string =>
  commandList.some(({ name }) => name === word) ? word.replace(' ', '-') : word;

/** Checks the values of switches: yargs would read `--force=yes` as `--no-force`. */
function checkSwitches(argv: readonly string[]): void {
  const end = argv.indexOf('--');
  for (const word of end < 0 ? argv : argv.slice(0, end)) {
    const [, flag, value] = /^--([^=]+)=(.*)$/s.exec(word) ?? [];
    if (flag === undefined || value === 'true' || value === 'false' || !isSwitch(flag)) continue;
    throw new QgtError('usage', { where: dashed(flag), what: 'must be true or false', got: value });
  }
}

function isSwitch(flag: string): boolean {
  const name = optionNames(declarations).find((option) => flagOf(option) === flag);
  if (name !== undefined) return optionFacts(name).kind === 'boolean';
  return globalOptions.some((option) => option.flag === flag && option.kind === 'boolean');
}

function declareOptions(command: Argv, name: CommandName): Argv {
  for (const option of optionNames(commandSchemas[name].shape))
    command.option(flagOf(option), declared(optionFacts(option).kind, optionOf(option).alias));
  return command;
}

/** Declares an option for yargs; the schema checks its values. */
function declared(kind: string, alias: string | undefined) {
  const type = kind === 'boolean' ? ({ type: 'boolean' } as const) : { nargs: 1 };
  return alias === undefined ? type : { ...type, alias };
}
