import { QgtError } from '../core/index.js';
import { type CommandName, commandSchemas } from '../pipeline/options/commands.js';
import { flagOf, listItems, numberFrom, type OptionName } from '../pipeline/options/index.js';
import type { Command, CommandOptions } from './commands/command.js';
import type { Config } from './config.js';
import { describeIssue } from './issue-text.js';
import { optionFacts } from './option-facts.js';

/**
 * Combines and checks a command's options from the command line and the config file; the command line wins.
 *
 * @param operands  Operands as typed, like `flags`.
 * @throws QgtError `usage`, naming the flag, or the config file and its key.
 */
export function optionValues<Name extends CommandName>(
  command: Pick<Command<Name>, 'name' | 'operands'>,
  operands: readonly string[],
  flags: Partial<Record<OptionName, unknown>>,
  config: Config,
): CommandOptions<Name> {
  const { name } = command;
  const expected = Object.entries(command.operands);
  const missing = expected.find((_, index) => !operands[index]);
  if (missing !== undefined) {
    throw new QgtError('usage', {
      where: `qgt ${name}`,
      what: `no <${missing[0]}> given`,
      expected: missing[1],
      remedy: `see \`qgt ${name} --help\``,
    });
  }
  const typed = Object.entries(flags).map(([option, value]) => [
    option,
    fromText(name, option as OptionName, value),
  ]);
  const options: Record<string, unknown> = {
    ...config.options,
    ...Object.fromEntries(typed),
    ...Object.fromEntries(expected.map(([operand], index) => [operand, operands[index]])),
  };
  const { error } = commandSchemas[name].safeParse(options);
  if (error !== undefined) {
    const option = String(error.issues[0]!.path[0]) as OptionName;
    const fromConfig = !(option in flags) && option in config.options;
    const typedAs = option in command.operands ? `<${option}>` : `--${flagOf(option)}`;
    throw new QgtError('usage', {
      where: fromConfig ? `${config.file}: ${option}` : typedAs,
      ...describeIssue(error.issues[0]!, options, optionFacts(option, name)),
    });
  }
  return options as CommandOptions<Name>;
}

/** Converts typed text to the type in the schema; text that does not fit stays unchanged, for the message. */
export function fromText(command: CommandName, option: OptionName, typed: unknown): unknown {
  const { kind, list } = optionFacts(option, command);
  if (list !== null) return list === 'commas' ? listItems([typed].flat()) : [typed].flat();
  // Of repeated flags the last one counts, so that flags can be appended to a script's own.
  const last = Array.isArray(typed) ? typed.at(-1) : typed;
  return kind === 'number' ? numberFrom(last) : last;
}
