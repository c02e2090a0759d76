import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { describeError, parseJson, QgtError } from '../core/index.js';
import { commandSchemas } from '../pipeline/options/commands.js';
import { OUTER_OPTIONS } from '../pipeline/options/deciding-options.js';
import { remedyFor } from '../report/index.js';

const REMEDY = 'see docs/sweeps.md';
/** More combinations of one model are a mistake, or a sweep that nobody waits for. */
const MAX_TRIALS = 10_000;

/** Options of compress that are the sweep's own: where a trial writes, and what is printed. */
const OF_THE_SWEEP: readonly string[] = OUTER_OPTIONS;

/** Options that a trial may have, as in the library. */
export const trialOptionNames: readonly string[] = Object.keys(commandSchemas.compress.shape).filter(
  (name) => !OF_THE_SWEEP.includes(name),
);

const given = z.record(z.string(), z.unknown());
const values = z.array(z.unknown()).min(1);

const rangeSchema = z
  .strictObject({
    from: z.number(),
    to: z.number(),
    scale: z.enum(['linear', 'log']).default('linear'),
    whole: z.boolean().default(false),
  })
  .refine(({ from, to }) => from < to, 'from must be less than to')
  .refine(({ from, scale }) => scale === 'linear' || from > 0, 'from must be above 0 on a log scale');

/** A range that values are drawn from. */
export type DrawnRange = z.output<typeof rangeSchema>;

const specSchema = z
  .strictObject({
    models: z.array(given).min(1).optional(),
    options: given.default({}),
    grid: z.record(z.string(), values).default({}),
    random: z
      .strictObject({
        trials: z.int().min(1).max(MAX_TRIALS),
        seed: z.int().min(0).max(4_294_967_295).default(0),
        options: z.record(z.string(), z.union([values, rangeSchema])),
      })
      .optional(),
  })
  .refine(({ grid, random }) => random === undefined || Object.keys(grid).length === 0, {
    path: ['random'],
    message: 'must be left out beside grid: a list among its options is one that values are drawn from',
  })
  .refine(({ grid }) => Object.values(grid).reduce((count, { length }) => count * length, 1) <= MAX_TRIALS, {
    path: ['grid'],
    message: `must have at most ${MAX_TRIALS} combinations`,
  });

/** Trials to make: each model with each combination of the grid, or with options drawn at random. */
export type SweepSpec = z.output<typeof specSchema>;

/** @throws QgtError `usage` where it is none, or names an option that a trial doesn't have. */
export function parseSpec(found: unknown, where: string): SweepSpec {
  const { data, error } = specSchema.safeParse(found);
  if (data === undefined) {
    const [issue] = error.issues;
    throw new QgtError('usage', {
      where: [where, ...issue!.path].join(': '),
      what: issue!.message,
      remedy: REMEDY,
    });
  }
  const { models = [], options, grid, random } = data;
  for (const part of [...models, options, grid, random?.options ?? {}])
    for (const name of Object.keys(part)) checkName(name, where);
  return data;
}

/** Reads a file that describes a sweep; null where it is a model, or anything that no sweep is described by. */
export async function readSpec(path: string): Promise<unknown> {
  if (!path.endsWith('.json')) return null;
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    // Whatever else is wrong with a model is told by whoever reads it.
    if (cause.code === 'ENOENT' || cause.code === 'EISDIR') return null;
    throw new QgtError('usage', { where: path, what: describeError(cause), cause });
  });
  if (text === null) return null;
  const found = parseJson(text, path, { code: 'usage', remedy: 'correct the JSON' });
  const isSpec = typeof found === 'object' && found !== null && KEYS.some((key) => key in found);
  return isSpec ? found : null;
}

/** Keys of which a description has one at least, and a model none. */
const KEYS = ['models', 'grid', 'random'];

function checkName(name: string, where: string): void {
  if (trialOptionNames.includes(name)) return;
  throw new QgtError('usage', {
    where,
    what: `${name} is no option of a trial`,
    remedy: remedyFor(name, trialOptionNames, REMEDY),
  });
}
