import { type CommandName, commandSchemas } from '../pipeline/options/commands.js';
import { flagOf, type OptionName, optionGroups, optionsByGroup } from '../pipeline/options/index.js';
import { type Command, commandList, completion, optionFor } from './commands/index.js';
import { globalOptions } from './global-options.js';
import { optionFacts, optionNames } from './option-facts.js';

/** No-break space. */
export const NO_BREAK = '\u00a0';

/** One line of a help: a term and its meaning. */
export interface HelpEntry {
  readonly term: string;
  readonly describe: string;
  /** Values and their meaning: `npz: arrays by weight name`. */
  readonly values?: readonly string[];
}

/** A headed list of a help. */
export interface HelpSection {
  readonly head: string;
  readonly entries: readonly HelpEntry[];
}

/** The commands, as `qgt --help` lists them. */
export const commandSection: HelpSection = {
  head: 'Commands',
  entries: [
    ...commandList.map(({ name, operands, describe }) => ({ term: withOperands(name, operands), describe })),
    { term: completion.name, describe: completion.describe },
  ],
};

/** `eval <model>`. */
export function withOperands(name: string, operands: Command['operands']): string {
  return [name, ...Object.keys(operands).map((operand) => `<${operand}>`)].join(' ');
}

/** Lists a command's operands as a help section; no section for a command without any. */
export function operandSections(operands: Command['operands']): HelpSection[] {
  const entries = Object.entries(operands).map(([name, describe]) => ({ term: `<${name}>`, describe }));
  return entries.length === 0 ? [] : [{ head: 'Arguments', entries }];
}

/** The options of every command. */
export const globalSection: HelpSection = {
  head: 'Common options',
  entries: globalOptions.map(({ flag, shown = flag, alias, placeholder, describe }) => ({
    term: termOf(shown, alias, placeholder),
    describe,
  })),
};

/** Lists a command's own options, group by group. */
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
  const { alias, placeholder, describe, values = [] } = optionFor(name, command);
  const { choices, default: value } = optionFacts(name, command);
  const facts = choices.length > 0 && values.length === 0 ? [choices.join(', ')] : [];
  const shown = defaultText(value);
  if (shown !== null) facts.push(`default:${NO_BREAK}${shown}`);
  const extra = facts.length === 0 ? '' : ` (${facts.join('; ')})`;
  return {
    term: termOf(flagOf(name), alias, placeholder),
    describe: `${describe}${extra}`,
    values: values.map((each) => `${each.name}: ${each.describe}`),
  };
}

/** Formats a default for the help; null for an empty list or a switch. */
function defaultText(value: unknown): string | null {
  if (Array.isArray(value)) return value.length === 0 ? null : value.join(',');
  return typeof value === 'number' || typeof value === 'string' ? String(value) : null;
}

function termOf(flag: string, alias?: string, placeholder?: string): string {
  return `${alias === undefined ? '    ' : `-${alias}, `}--${flag}${placeholder === undefined ? '' : ` ${placeholder}`}`;
}
