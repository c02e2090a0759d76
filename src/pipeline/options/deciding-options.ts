import type { ParsedOptions } from '../parse-options.js';

type Options = ParsedOptions<'compress'>;

/** Options of what a run writes and prints, and limits that decide no more than its exit code. */
export const OUTER_OPTIONS = [
  'output',
  'force',
  'report',
  'reporter',
  'format',
  'dryRun',
  'resume',
  'minSqnr',
  'failOn',
  'check',
  'try',
] as const satisfies (keyof Options)[];
/** Options that a resumed run may have otherwise: these, and how long it may take. */
const FREE = [...OUTER_OPTIONS, 'maxTime'] as const satisfies (keyof Options)[];
/** Limits that are a goal for what is chosen automatically. */
const GOALS = ['maxBytes', 'minRatio', 'maxDrop'] as const satisfies (keyof Options)[];
/** Options that are compared by what they lead to. */
const BY_CONTENT = ['model', 'data', 'eval', 'require', 'engine'] as const satisfies (keyof Options)[];

/** Options that decide the result of a compression, as texts by their names; those that name files or an engine left out. */
export function decidingOptions(options: Options): [name: string, value: string][] {
  const isSearch = options.bits === 'auto' || options.entropyPenalty === 'auto';
  const left = new Set<string>([...FREE, ...BY_CONTENT, ...(isSearch ? [] : GOALS)]);
  return Object.entries(options)
    .filter(([name, value]) => !left.has(name) && value !== undefined)
    .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]);
}
