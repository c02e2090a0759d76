import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describeError, parseJson, QgtError } from '../core/index.js';
import type { CommandName } from '../pipeline/options/commands.js';

/** A config file and what it holds or, where it is a module that the command doesn't run, undefined. */
export interface ConfigFile {
  readonly path: string;
  readonly content: unknown;
}

const SEARCH_PLACES = ['package.json', 'qgt.config.json', 'qgt.config.mjs', 'qgt.config.js'];
const MODULES = ['.mjs', '.js', '.cjs'];
/** Commands for models and reports of others: they run no module that lies beside these. */
const RUNNING_NOTHING: readonly CommandName[] = ['inspect', 'diff', 'report', 'export'];
const MAX_BYTES = 2 ** 20;
const REMEDY = 'mend it, or name another by --config';

/**
 * Finds the nearest config file, from the working directory up to the root of its repository (the folder with `.git`) or,
 * outside of one, to the nearest folder with a package.json; without either the working directory alone counts.
 *
 * @throws QgtError `usage` for a file that can't be read.
 */
export async function nearestConfig(command: CommandName, cwd: string): Promise<ConfigFile | null> {
  const runs = !RUNNING_NOTHING.includes(command);
  for (const folder of await searchedFolders(cwd)) {
    for (const place of SEARCH_PLACES) {
      const path = join(folder, place);
      if ((await kindOf(path)) === 'nothing') continue;
      const content = !isModule(path) || runs ? await contentOf(path, cwd) : undefined;
      if (place !== 'package.json' || content !== undefined) return { path, content };
    }
  }
  return null;
}

/**
 * Reads the config file that was named.
 *
 * @throws QgtError `not-found` for a missing file, `usage` for one that can't be read or that the command doesn't run.
 */
export async function namedConfig(command: CommandName, cwd: string, name: string): Promise<ConfigFile> {
  const path = resolve(cwd, name);
  if ((await kindOf(path)) === 'nothing') {
    throw new QgtError('not-found', { where: name, what: 'no such config file', remedy: 'check --config' });
  }
  if (isModule(path) && RUNNING_NOTHING.includes(command)) {
    throw new QgtError('usage', {
      where: name,
      what: `\`qgt ${command}\` runs no config files`,
      expected: 'JSON',
      remedy: 'write the options into a .json file',
    });
  }
  return { path, content: await contentOf(path, cwd) };
}

/** The folders in which a config file may be, nearest first. */
async function searchedFolders(cwd: string): Promise<string[]> {
  const folders = [cwd];
  while (dirname(folders.at(-1)!) !== folders.at(-1)) folders.push(dirname(folders.at(-1)!));
  for (const mark of ['.git', 'package.json']) {
    const found = await Promise.all(folders.map((folder) => kindOf(join(folder, mark))));
    const root = found.findIndex((kind) => kind !== 'nothing');
    if (root >= 0) return folders.slice(0, root + 1);
  }
  return [cwd];
}

async function kindOf(path: string): Promise<'file' | 'other' | 'nothing'> {
  const status = await stat(path).catch(() => null);
  if (status === null) return 'nothing';
  return status.isFile() && status.size <= MAX_BYTES ? 'file' : 'other';
}

const isModule = (path: string): boolean => MODULES.includes(extname(path));

/** Content of a config file; undefined for a package.json without the key. */
async function contentOf(path: string, cwd: string): Promise<unknown> {
  const where = relative(cwd, path) || path;
  if ((await kindOf(path)) !== 'file') {
    throw new QgtError('usage', { where, what: 'no file of at most 1 MiB', remedy: REMEDY });
  }
  if (isModule(path)) return exportOf(path, where);
  const text = await readFile(path, 'utf8').catch((cause) => {
    throw unreadable(where, cause);
  });
  if (text.trim() === '') return {};
  const content = parseJson(text, where, { code: 'usage', remedy: REMEDY });
  if (basename(path) !== 'package.json') return content;
  return typeof content === 'object' && content !== null && 'qgt' in content
    ? (content.qgt ?? undefined)
    : undefined;
}

async function exportOf(path: string, where: string): Promise<unknown> {
  try {
    const module: { readonly default?: unknown } = await import(pathToFileURL(path).href);
    return module.default ?? null;
  } catch (cause) {
    throw unreadable(where, cause);
  }
}

function unreadable(where: string, cause: unknown): QgtError {
  return new QgtError('usage', { where, what: describeError(cause), remedy: REMEDY, cause });
}
