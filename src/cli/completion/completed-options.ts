import { type CommandName, commandSchemas } from '../../pipeline/options/commands.js';
import { flagOf, type OptionName } from '../../pipeline/options/index.js';
import { type Command, commandList, optionFor } from '../commands/index.js';
import { type GlobalOption, globalOptions } from '../global-options.js';
import { dashed, optionFacts, optionNames } from '../option-facts.js';

/** A word that may complete a command line, and its meaning. */
export interface Candidate {
  readonly word: string;
  readonly describe: string;
}

/** An option for completion. */
export interface CompletedOption {
  /** Word to type: `--no-color`. */
  readonly word: string;
  readonly short: string | undefined;
  readonly describe: string;
  readonly value: 'none' | 'path' | 'word';
  /** Lists the values that are known by name; none for free values. */
  readonly values: () => readonly Candidate[];
}

/** Finds a command by name; undefined for a word that is not a command. */
export const commandNamed = (name: string | undefined): Omit<Command, 'run'> | undefined =>
  commandList.find((command) => command.name === name);

/** Lists the options of a command, its own first; without a command those that every command takes. */
export function optionsOf(command: string | undefined): CompletedOption[] {
  const { name } = commandNamed(command) ?? {};
  const own =
    name === undefined
      ? []
      : optionNames(commandSchemas[name].shape).map((option) => ownOption(option, name));
  return [...own, ...globalOptions.map(commonOption)];
}

function commonOption({ flag, shown, alias, kind, path, describe }: GlobalOption): CompletedOption {
  return {
    word: dashed(shown ?? flag),
    short: alias && dashed(alias),
    describe,
    value: kind === 'boolean' ? 'none' : path ? 'path' : 'word',
    values: () => [],
  };
}

function ownOption(name: OptionName, command: CommandName): CompletedOption {
  const { alias, describe, path, placeholder } = optionFor(name, command);
  return {
    word: dashed(flagOf(name)),
    short: alias && dashed(alias),
    describe,
    value: placeholder === undefined ? 'none' : path ? 'path' : 'word',
    values: () => namedValues(name, command),
  };
}

/** Lists the values in the schema; if it has none, a default that is a word and the names in the registry. */
function namedValues(name: OptionName, command: CommandName): Candidate[] {
  const { values: listed, default: value } = optionFacts(name, command);
  const { values: registry = [] } = optionFor(name, command);
  const found = registry.map((each) => each.name);
  const words = listed.length > 0 ? listed : typeof value === 'string' ? [value, ...found] : found;
  return words.map((word) => ({
    word,
    describe: registry.find((each) => each.name === word)?.describe ?? '',
  }));
}
