import type { z } from 'zod';
import type { ErrorParts } from '../core/index.js';
import { listItems } from '../pipeline/options/index.js';
import { nearest } from '../report/index.js';
import type { OptionFacts } from './option-facts.js';

type Issue = z.core.$ZodIssue;

/**
 * Describes what is wrong with an option's value, in the words of the command line: `must be 2-8, got 12`.
 *
 * @param outer    Issue from zod.
 * @param options  Options that zod checked.
 * @param facts    Facts of the option that the issue is about.
 */
export function describeIssue(
  outer: Issue,
  options: Readonly<Record<string, unknown>>,
  facts: OptionFacts,
): Pick<ErrorParts, 'what' | 'got' | 'expected' | 'remedy'> {
  const issue = innermost(outer);
  const value = valueAt(options, issue.path, facts.list);
  if (value === undefined) {
    const inner = issue.path.length > 1 ? `${String(issue.path.at(-1))} ` : '';
    return { what: `${inner}is needed`, expected: expectation(issue, facts) };
  }
  if (value === '') return { what: 'needs a value' };
  const guess = typeof value === 'string' ? nearest(value, facts.choices) : undefined;
  return {
    what: `must be ${expectation(issue, facts)}`,
    got: shown(value, facts),
    remedy: guess === undefined ? undefined : `did you mean ${guess}?`,
  };
}

/** Writes a value for a message; a flag that was given has none that says anything. */
function shown(value: unknown, { kind }: OptionFacts): string | undefined {
  if (kind === 'boolean' && value === true) return undefined;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Finds the value at a path; an item of a list may stand between commas in a text, or be that text. */
function valueAt(options: unknown, path: readonly PropertyKey[], list: OptionFacts['list']): unknown {
  const itemsOf = (value: unknown) => (list === 'commas' ? listItems(value) : [value].flat());
  return path.reduce<unknown>((value, key) => {
    const holder = typeof key === 'number' ? itemsOf(value) : value;
    return (holder as Record<PropertyKey, unknown> | undefined)?.[key];
  }, options);
}

function expectation(issue: Issue, { choices, range, kind }: OptionFacts): string {
  // Rules on several options together are not in the facts of one.
  if (issue.code === 'custom') return ownWords(issue) ?? issue.message;
  if (choices.length > 0) return alternatives(choices);
  if (issue.code === 'invalid_type' && issue.expected === 'int') return `a whole number, ${range}`;
  if (range !== null) return range;
  if (kind === 'boolean') return 'true or false';
  return ownWords(issue) ?? 'a text';
}

/** Finds the issue of a union's member that has its own message; else returns the issue itself. */
function innermost(issue: Issue): Issue {
  if (issue.code !== 'invalid_union') return issue;
  const found = issue.errors.flat().find((inner) => ownWords(inner) !== null);
  return found === undefined ? issue : innermost({ ...found, path: [...issue.path, ...found.path] });
}

/** Takes the schema's own message, or its bound, where that says more than zod's; else null. */
function ownWords(issue: Issue): string | null {
  if (issue.message.startsWith('must be ')) return issue.message.slice('must be '.length);
  if (issue.code === 'too_small') return `${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`;
  if (issue.code === 'too_big') return `at most ${issue.maximum}`;
  return null;
}

function alternatives(choices: readonly string[]): string {
  return choices.length === 1 ? choices[0]! : `${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`;
}
