import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { QgtError } from '../core/index.js';
import { type CommandName, commandSchemas } from '../pipeline/options/commands.js';
import { type Renamed, withCurrentNames } from '../pipeline/options/former-names.js';
import { declarations, type Option, type OptionName, optionOf } from '../pipeline/options/index.js';
import { remedyFor } from '../report/index.js';
import { namedConfig, nearestConfig } from './config-file.js';
import { optionNames } from './option-facts.js';

/** The options that a config file sets for one command. */
export interface Config {
  /** Its path in messages, relative to the working directory; null where there is no file. */
  readonly file: string | null;
  /** Not validated yet; paths are relative to the working directory. */
  readonly options: Partial<Record<OptionName, unknown>>;
  /** Keys that are former names of options. */
  readonly renamed: readonly Renamed[];
  /** Whether the file is a module that the command doesn't run. */
  readonly passedBy: boolean;
}

/** Key for the options of single commands: `commands: { analyze: { bits: 3 } }`. */
const SECTIONS = 'commands';

/**
 * Reads the config file given, or else the nearest one (see `nearestConfig`).
 *
 * Options at its top level apply to every command that takes them; those under `commands.NAME` apply to that
 * command and override the others.
 *
 * @throws QgtError `not-found` for a missing file; `usage` for one that cannot be read, or that has a key which is
 *   not an option.
 */
export async function readConfig(command: CommandName, cwd: string, path?: string): Promise<Config> {
  const found = await (path === undefined ? nearestConfig(command, cwd) : namedConfig(command, cwd, path));
  if (found === null) return { file: null, options: {}, renamed: [], passedBy: false };
  const file = relative(cwd, found.path) || found.path;
  if (found.content === undefined) return { file, options: {}, renamed: [], passedBy: true };
  const { [SECTIONS]: sections = {}, ...keys } = asObject(found.content, file, file);
  const { options: shared, renamed } = withCurrentNames(keys);
  checkKeys(Object.keys(shared), [...Object.keys(declarations), SECTIONS], file);
  const named = asObject(sections, file, SECTIONS);
  checkKeys(Object.keys(named), Object.keys(commandSchemas), `${file}: ${SECTIONS}`);
  const current = Object.entries(named).map(([name, section]) => {
    const where = `${SECTIONS}.${name}`;
    const takes = optionNames(commandSchemas[name as CommandName].shape);
    const own = withCurrentNames(asObject(section, file, where));
    checkKeys(Object.keys(own.options), takes, `${file}: ${where}`);
    return { name, ...own };
  });
  const own = current.find(({ name }) => name === command);
  const taken = Object.entries({ ...shared, ...own?.options }).filter(
    ([name]) => name in commandSchemas[command].shape,
  ) as [OptionName, unknown][];
  const options = taken.map(([name, value]) => [name, fromFolder(name, value, dirname(found.path), cwd)]);
  return {
    file,
    options: Object.fromEntries(options),
    renamed: [...renamed, ...(own?.renamed ?? [])],
    passedBy: false,
  };
}

function asObject(value: unknown, file: string, where: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new QgtError('usage', {
    where: where === file ? file : `${file}: ${where}`,
    what: 'must be an object of options',
    got: Array.isArray(value) ? 'a list' : String(value),
    remedy: 'see docs/cli.md',
  });
}

function checkKeys(keys: readonly string[], known: readonly string[], where: string): void {
  const unknown = keys.find((key) => !known.includes(key));
  if (unknown === undefined) return;
  throw new QgtError('usage', {
    where,
    what: `unknown key ${unknown}`,
    remedy: remedyFor(unknown, known, 'see docs/cli.md'),
  });
}

/** Resolves a path in a config file against that file's folder, wherever qgt is run. */
function fromFolder(name: OptionName, value: unknown, folder: string, cwd: string): unknown {
  const { path, pathIn } = optionOf(name);
  if (!path && pathIn === undefined) return value;
  if (Array.isArray(value)) return value.map((item) => fromFolder(name, item, folder, cwd));
  if (pathIn !== undefined) return withPathFrom(value, pathIn, (own) => relative(cwd, resolve(folder, own)));
  if (typeof value !== 'string' || value === '' || isAbsolute(value) || /^\w+:\/\//.test(value)) return value;
  return relative(cwd, resolve(folder, value)) || '.';
}

type PathIn = NonNullable<Option['pathIn']>;

/** Resolves the path in a value that may hold one, or in each value of an object. */
function withPathFrom(value: unknown, pathIn: PathIn, resolved: (path: string) => string): unknown {
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, withPathFrom(each, pathIn, resolved)]),
    );
  const found = typeof value === 'string' ? pathIn(value) : null;
  if (found === null || isAbsolute(found[1])) return value;
  return `${found[0]}./${resolved(found[1])}`;
}
