import { type CommandName, commandSchemas } from '../pipeline/options/commands.js';
import { type OptionName, optionGroups, optionOf, optionsByGroup } from '../pipeline/options/index.js';
import type { Colours } from './colours.js';
import { type Command, commandList, completion } from './commands/index.js';
import { globalOptions } from './global-options.js';
import { flagOf, optionFacts, optionNames } from './option-facts.js';
import { wrap } from './screens/text.js';

/** One line of a help: what is typed, and what it means. */
export interface HelpEntry {
  readonly term: string;
  readonly describe: string;
  /** Values and what they mean: `npz: arrays by weight name`. */
  readonly values?: readonly string[];
}

/** A headed list of a help. */
export interface HelpSection {
  readonly head: string;
  readonly entries: readonly HelpEntry[];
}

const MAX_COLUMNS = 100;

/** The commands, as `qgt --help` lists them. */
export const commandSection: HelpSection = {
  head: 'Commands',
  entries: [
    ...commandList.map(({ name, operands, describe }) => ({ term: withOperands(name, operands), describe })),
    { term: completion.name, describe: completion.describe },
  ],
};

/** `eval <model>`. */
function withOperands(name: string, operands: Command['operands']): string {
  return [name, ...Object.keys(operands).map((operand) => `<${operand}>`)].join(' ');
}

function operandSections(operands: Command['operands']): HelpSection[] {
  const entries = Object.entries(operands).map(([name, describe]) => ({ term: `<${name}>`, describe }));
  return entries.length === 0 ? [] : [{ head: 'Arguments', entries }];
}

/** The options of every command. */
export const globalSection: HelpSection = {
  head: 'Always',
  entries: globalOptions.map(({ flag, shown = flag, alias, placeholder, describe }) => ({
    term: termOf(shown, alias, placeholder),
    describe,
  })),
};

/** A command's own options, group by group. */
export function optionSections(command: CommandName): HelpSection[] {
  const own = optionNames(commandSchemas[command].shape);
  return optionGroups
    .map((head) => ({
      head,
      entries: optionsByGroup[head]
        .filter((name) => own.includes(name))
        .map((name) => optionEntry(command, name)),
    }))
    .filter(({ entries }) => entries.length > 0);
}

function optionEntry(command: CommandName, name: OptionName): HelpEntry {
  const { alias, placeholder, ...declared } = optionOf(name);
  const here = commandList.find((entry) => entry.name === command);
  const describe = here?.options?.[name] ?? declared.describe;
  const values = here?.values?.[name] ?? declared.values ?? [];
  const { choices, default: value } = optionFacts(name, command);
  const facts = choices.length > 0 && values.length === 0 ? [choices.join(', ')] : [];
  if (typeof value === 'number' || typeof value === 'string') facts.push(`default ${value}`);
  const extra = facts.length === 0 ? '' : ` (${facts.join('; ')})`;
  return {
    term: termOf(flagOf(name), alias, placeholder),
    describe: `${describe}${extra}`,
    values: values.map((each) => `${each.name}: ${each.describe}`),
  };
}

function termOf(flag: string, alias?: string, placeholder?: string): string {
  return `${alias === undefined ? '    ' : `-${alias}, `}--${flag}${placeholder === undefined ? '' : ` ${placeholder}`}`;
}

/** The help of qgt, or of one command. */
export function renderHelp(command: CommandName | undefined, columns: number, colours: Colours): string {
  const width = Math.min(columns, MAX_COLUMNS);
  const found = commandList.find(({ name }) => name === command);
  const sections =
    found === undefined
      ? [commandSection, globalSection]
      : [...operandSections(found.operands), ...optionSections(found.name), globalSection];
  const examples =
    found === undefined ? commandList.flatMap((entry) => entry.examples.slice(0, 1)) : found.examples;
  return `${[
    found === undefined
      ? 'Usage: qgt <command> <model> [options]'
      : `Usage: qgt ${withOperands(found.name, found.operands)} [options]`,
    wrap(
      found?.describe ??
        'Compress TensorFlow.js models below 8 bits, and see which layers hold the compression back.',
      width,
    ),
    ...sections.map((section) => renderSection(section, width, colours)),
    [
      colours.bold('Examples'),
      ...examples.flatMap(({ line, does }) => [
        `  ${wrap(line, width - 2, '      ')}`,
        colours.dim(`      ${does}`),
      ]),
    ].join('\n'),
    found === undefined
      ? 'qgt <command> --help tells more. Exit codes: 0 done, 1 a check failed, 2 an error.'
      : '',
  ]
    .filter((part) => part !== '')
    .join('\n\n')}\n`;
}

function renderSection({ head, entries }: HelpSection, width: number, { bold }: Colours): string {
  const size = Math.max(...entries.map(({ term }) => term.length)) + 4;
  const lines = entries.map(({ term, describe, values = [] }) => {
    const text = [wrap(describe, width - size), ...values.map((value) => wrap(value, width - size, '  '))]
      .join('\n')
      .replaceAll('\n', `\n${' '.repeat(size)}`);
    return `  ${term.padEnd(size - 2)}${text}`;
  });
  return [bold(head), ...lines].join('\n');
}
