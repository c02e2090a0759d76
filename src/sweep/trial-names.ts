import { basename, dirname } from 'node:path';
import { flagOf } from '../pipeline/options/index.js';
import type { Trial } from './trial.js';

/** Names for the trials of a sweep: what they differ by, `bits=2 quantizer=uniform`. */
export function trialNames(trials: readonly Trial[]): ReadonlyMap<Trial, string> {
  const varied = variedOptions(trials);
  const shown = varied.length === 0 ? ['model'] : varied;
  return new Map(trials.map((trial) => [trial, nameOf(trial, shown)]));
}

/** Names of the options that the trials differ by, in the order in which they are given. */
export function variedOptions(trials: readonly Trial[]): string[] {
  const names = new Set(trials.flatMap(({ options }) => Object.keys(options)));
  return [...names].filter(
    (name) => new Set(trials.map(({ options }) => JSON.stringify(options[name]))).size > 1,
  );
}

function nameOf({ options }: Trial, names: readonly string[]): string {
  return names
    .filter((name) => options[name] !== undefined)
    .map((name) => (name === 'model' ? modelName(options) : `${flagOf(name)}=${textOf(options[name])}`))
    .join(' ');
}

/** Short name of a trial's model: that of its folder, where the file's own says nothing. */
export function modelName({ model }: Trial['options']): string {
  const path = String(model);
  const own = basename(path).replace(/\.json$/, '');
  return (own === 'model' ? basename(dirname(path)) : own) || own;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
