import { QgtError } from '../core/index.js';
import { type CommandName, commandSchemas } from '../pipeline/options/commands.js';
import type { Renamed } from '../pipeline/options/former-names.js';
import { flagOf, type OptionName, optionOf } from '../pipeline/options/index.js';
import { remedyFor } from '../report/index.js';
import { commands, completion, HELP, type HelpTopic, topics } from './commands/index.js';
import { COMPLETE } from './completion/script.js';
import { withCurrentFlags } from './former-flags.js';
import { globalOptions } from './global-options.js';
import { dashed, optionNames } from './option-facts.js';
import { joinCommand } from './two-words.js';
import { readWords } from './words.js';

/** Options that every command takes besides its own. */
export interface Globals {
  readonly config?: string | undefined;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly color?: boolean | undefined;
}

/** Request of a command line. */
export type Request =
  | { readonly kind: 'version' }
  | { readonly kind: 'help'; readonly topic?: HelpTopic }
  | { readonly kind: 'completion' }
  /** Candidates for the end of a command line, requested by a shell. */
  | { readonly kind: 'complete'; readonly words: readonly string[] }
  | {
      readonly kind: 'run';
      readonly command: CommandName;
      /** Words after the command without a dash. */
      readonly operands: readonly string[];
      /** Flags as typed: texts, lists of them, booleans. */
      readonly flags: Partial<Record<OptionName, unknown>>;
    };

/** A request, with the options that apply to every command. */
export interface Parsed {
  readonly request: Request;
  readonly globals: Globals;
  /** Options that were typed by a former name. */
  readonly renamed: readonly Renamed[];
}

/**
 * Reads the command line.
 *
 * @param argv  Arguments without node and the script.
 * @throws QgtError `usage` for an unknown command, an unknown option or an option without its value.
 */
export async function parseArguments(argv: readonly string[]): Promise<Parsed> {
  const { words, renamed } = withCurrentFlags(joinCommand(argv));
  return { ...(await readRequest(words)), renamed };
}

async function readRequest(argv: readonly string[]): Promise<Omit<Parsed, 'renamed'>> {
  const short = requestInShort(argv);
  if (short !== null) return { request: short, globals: { json: false, quiet: false } };
  const { _: words, $0, model, ...flags } = await readWords(argv);
  const globals: Globals = {
    config: lastText(flags.config),
    json: flags.json === true,
    quiet: flags.quiet === true,
    color: flags.color as boolean | undefined,
  };
  const [word, ...rest] = words.map(String);
  if (flags.version === true) return { request: { kind: 'version' }, globals };
  if (word === undefined) {
    checkFlags('qgt', Object.keys(flags), []);
    return { request: { kind: 'help' }, globals };
  }
  if (word === HELP) {
    const [topic] = rest;
    return {
      request: { kind: 'help', ...(topic === undefined ? {} : { topic: topicNamed(topic) }) },
      globals,
    };
  }
  const command = topicNamed(word);
  if (flags.help === true) return { request: { kind: 'help', topic: command }, globals };
  if (command === completion.name) {
    checkFlags(`qgt ${command}`, Object.keys(flags), []);
    const [shell] = rest;
    if (shell !== undefined) throw noShell(shell);
    return { request: { kind: 'completion' }, globals };
  }
  const own = optionNames(commandSchemas[command].shape);
  checkFlags(`qgt ${command}`, Object.keys(flags), own);
  // yargs does not parse the words after `--`.
  const operands = [lastText(model) ?? [], rest].flat();
  checkSurplus(command, operands);
  const typed = own.filter((name) => flags[flagOf(name)] !== undefined);
  return {
    request: {
      kind: 'run',
      command,
      operands,
      flags: Object.fromEntries(typed.map((name) => [name, flags[flagOf(name)]])),
    },
    globals,
  };
}

/** Recognises a plain help, version or completion request without yargs, whose loading is a third of the start-up. */
function requestInShort(argv: readonly string[]): Request | null {
  const [first, second] = argv;
  const isFlag = (word: string | undefined) => word === '--help' || word === '-h';
  if (argv.length === 0) return { kind: 'help' };
  if (first === COMPLETE) return { kind: 'complete', words: argv.slice(1) };
  if (argv.length === 1 && first === '--version') return { kind: 'version' };
  if (argv.length === 1) return isFlag(first) || first === HELP ? { kind: 'help' } : null;
  const topic = first === HELP ? second : isFlag(second) ? first : undefined;
  const named = topics.find(({ name }) => name === topic);
  return argv.length === 2 && named !== undefined ? { kind: 'help', topic: named.name } : null;
}

function topicNamed(word: string): HelpTopic {
  const found = topics.find(({ name }) => name === word);
  if (found !== undefined) return found.name;
  const names = topics.map(({ name }) => name);
  throw new QgtError('usage', {
    where: 'qgt',
    what: `unknown command ${word}`,
    remedy: remedyFor(word, names, 'see `qgt --help`'),
  });
}

function checkFlags(where: string, typed: readonly string[], own: readonly OptionName[]): void {
  const flags = [...own.map(flagOf), ...globalOptions.map(({ flag }) => flag)];
  const aliases = [...own.map((name) => optionOf(name).alias), ...globalOptions.map(({ alias }) => alias)];
  const unknown = typed.find((flag) => !flags.includes(flag) && !aliases.includes(flag));
  if (unknown === undefined) return;
  throw new QgtError('usage', {
    where,
    what: `unknown option ${dashed(unknown)}`,
    remedy: remedyFor(dashed(unknown), flags.map(dashed), `see \`${where} --help\``),
  });
}

function noShell(got: string): QgtError {
  return new QgtError('usage', {
    where: 'qgt completion',
    what: 'takes no shell: its script is for bash and zsh',
    got,
    remedy: 'leave it out',
  });
}

function checkSurplus(command: CommandName, operands: readonly string[]): void {
  const names = Object.keys(commands[command].operands);
  const surplus = operands.slice(names.length);
  if (surplus.length === 0) return;
  if (names.length === 0) {
    throw new QgtError('usage', {
      where: `qgt ${command}`,
      what: 'takes no model',
      got: surplus[0],
      remedy: `see \`qgt ${command} --help\``,
    });
  }
  throw new QgtError('usage', {
    where: `qgt ${command}`,
    what: names.length === 1 ? `takes one ${names[0]}` : `takes ${names.join(' and ')}`,
    got: `also ${surplus.join(' ')}`,
    remedy: 'give an option its value right after it',
  });
}

function lastText(value: unknown): string | undefined {
  const last = Array.isArray(value) ? value.at(-1) : value;
  return last === undefined ? undefined : String(last);
}
