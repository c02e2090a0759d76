import { HELP, topics } from '../commands/index.js';
import { joinCommand } from '../two-words.js';
import { type Candidate, type CompletedOption, commandNamed, optionsOf } from './completed-options.js';

/**
 * Lists the words that may complete the last word of a command line.
 *
 * @param words  Words after `qgt`, as the shell splits them: bash splits `--bits=2` at its `=`.
 * @returns null where a file name may stand: the shell completes those.
 */
export function candidatesFor(words: readonly string[]): readonly Candidate[] | null {
  const line = withoutEquals(words);
  const typed = line.at(-1) ?? '';
  const { command, option, onlyOperands } = placeAfter(joinCommand(line.slice(0, -1)));
  const candidates =
    option !== undefined
      ? valuesOf(option, typed)
      : typed.startsWith('-') && !onlyOperands
        ? optionsOrValues(typed, command)
        : operandsOf(command);
  return candidates?.filter(({ word }) => word.startsWith(typed)) ?? null;
}

/** Removes words that are only `=`, which bash splits off; a space could stand in their place. */
function withoutEquals(words: readonly string[]): readonly string[] {
  const kept = words.filter((word) => word !== '=');
  return words.at(-1) === '=' ? [...kept, ''] : kept;
}

/** Context of a word, from the words before it. */
interface Place {
  readonly command: string | undefined;
  /** Option whose value it is. */
  readonly option: CompletedOption | undefined;
  /** Whether `--` stands before it. */
  readonly onlyOperands: boolean;
}

function placeAfter(words: readonly string[]): Place {
  let place: Place = { command: undefined, option: undefined, onlyOperands: false };
  for (const word of words) {
    const { command, option, onlyOperands } = place;
    if (option !== undefined) place = { command, option: undefined, onlyOperands };
    else if (onlyOperands || !word.startsWith('-'))
      place = { command: command ?? word, option: undefined, onlyOperands };
    else if (word === '--') place = { command, option: undefined, onlyOperands: true };
    else place = { command, option: optionWithValue(word, command), onlyOperands };
  }
  return place;
}

function optionWithValue(word: string, command: string | undefined): CompletedOption | undefined {
  return optionsOf(command).find((each) => each.value !== 'none' && [each.word, each.short].includes(word));
}

/** Completes `--eng` to an option, `--engine=na` to one with its value. */
function optionsOrValues(typed: string, command: string | undefined): readonly Candidate[] | null {
  const [, flag, value] = /^(--[^=]+)=(.*)$/.exec(typed) ?? [];
  if (flag === undefined || value === undefined) return optionsOf(command);
  const option = optionWithValue(flag, command);
  const values = option === undefined ? [] : valuesOf(option, value);
  return values?.map(({ word, describe }) => ({ word: `${flag}=${word}`, describe })) ?? null;
}

/** Lists the values of an option, after those already typed in a list. */
function valuesOf({ value, values }: CompletedOption, typed: string): readonly Candidate[] | null {
  if (value === 'path') return null;
  const before = typed.slice(0, typed.lastIndexOf(',') + 1);
  return values().map(({ word, describe }) => ({ word: `${before}${word}`, describe }));
}

function operandsOf(command: string | undefined): readonly Candidate[] | null {
  if (command === undefined || command === HELP)
    return topics
      .filter(({ name }) => !name.includes(' '))
      .map(({ name, describe }) => ({ word: name, describe }));
  const found = commandNamed(command);
  return found !== undefined && Object.keys(found.operands).length > 0 ? null : [];
}
