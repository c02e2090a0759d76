import { isAbsolute, relative, resolve, sep } from 'node:path';
import { declarations, type OptionName, optionOf } from '../pipeline/options/index.js';
import type { Trial } from './trial.js';

/** A trial's options with paths as they are from the sweep's folder, so that both may be moved together. */
export const pathsFromFolder = (options: Trial['options'], folder: string): Trial['options'] =>
  mapPaths(options, (path) =>
    isAbsolute(path) ? path : relative(folder, resolve(path)).split(sep).join('/') || '.',
  );

/** A trial's options with paths as they are from the working directory. */
export const pathsFromHere = (options: Trial['options'], folder: string): Trial['options'] =>
  mapPaths(options, (path) => (isAbsolute(path) ? path : relative('', resolve(folder, path)) || '.'));

/** Replaces the paths among a trial's options; URLs stay as they are. */
export function mapPaths(options: Trial['options'], map: (path: string) => string): Trial['options'] {
  const mapped = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(mapped);
    if (typeof value !== 'string' || /^[a-z][a-z0-9+.-]+:/i.test(value)) return value;
    return map(value);
  };
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [name, isPath(name) ? mapped(value) : value]),
  );
}

const isPath = (name: string): boolean =>
  name === 'model' || (name in declarations && optionOf(name as OptionName).path === true);
