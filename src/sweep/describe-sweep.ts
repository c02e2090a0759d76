import { dirname } from 'node:path';
import { QgtError } from '../core/index.js';
import { type SweepOptions, sweptNames } from '../pipeline/options/commands.js';
import type { ParsedOptions } from '../pipeline/parse-options.js';
import { parseSpec, readSpec, type SweepSpec, trialOptionNames } from './spec.js';
import { pathsFromHere } from './trial-paths.js';

/**
 * Describes the sweep that options ask for: one of the model that is named, or of the file that is named in its place, which
 * wins over the other options.
 */
export async function describeSweep(given: SweepOptions, parsed: ParsedOptions<'sweep'>): Promise<SweepSpec> {
  const values: Readonly<Record<string, unknown>> = parsed;
  const named = Object.entries(given).filter(
    ([name, value]) => value !== undefined && trialOptionNames.includes(name),
  );
  const isSwept = (name: string) => (sweptNames as readonly string[]).includes(name);
  const pick = (wanted: boolean) =>
    Object.fromEntries(named.flatMap(([name]) => (isSwept(name) === wanted ? [[name, values[name]]] : [])));
  const { model, ...options } = pick(false);
  const grid = pick(true);
  const file = await readSpec(parsed.model);
  if (file === null) return parseSpec({ models: [{ model }], options, grid }, 'qgt sweep');
  const spec = withPaths(parseSpec(file, parsed.model), dirname(parsed.model));
  const { random } = spec;
  // A list beside options drawn at random is one that values are drawn from, too.
  const tried =
    random === undefined
      ? { grid: { ...grid, ...spec.grid } }
      : { random: { ...random, options: { ...grid, ...random.options } } };
  const whole = parseSpec({ ...spec, options: { ...options, ...spec.options }, ...tried }, parsed.model);
  if (whole.models === undefined && whole.options.model === undefined && whole.grid.model === undefined)
    throw new QgtError('usage', {
      where: parsed.model,
      what: 'names no model',
      remedy: 'add "models": [{ "model": "model.json" }]',
    });
  return whole;
}

/** A description with paths as they are from the working directory: in the file they are relative to its folder. */
function withPaths({ models, options, grid, ...rest }: SweepSpec, folder: string): SweepSpec {
  const each = (part: Readonly<Record<string, unknown>>) => pathsFromHere(part, folder);
  return {
    ...rest,
    ...(models !== undefined && { models: models.map(each) }),
    options: each(options),
    grid: Object.fromEntries(Object.entries(each(grid)).map(([name, value]) => [name, [value].flat()])),
  };
}
