import { flagOf } from '../pipeline/options/index.js';
import type { Trial } from './trial.js';

/** Names for the trials of a sweep: what they differ by, `bits=2 quantizer=uniform`. */
export function trialNames(trials: readonly Trial[]): ReadonlyMap<Trial, string> {
  const varied = variedOptions(trials);
  const shown = varied.length === 0 ? ['model'] : varied;
  const models = modelNames(trials);
  return new Map(trials.map((trial) => [trial, nameOf(trial, shown, models)]));
}

/** Names of the options that the trials differ by, in the order in which they are given. */
export function variedOptions(trials: readonly Trial[]): string[] {
  const names = new Set(trials.flatMap(({ options }) => Object.keys(options)));
  return [...names].filter(
    (name) => new Set(trials.map(({ options }) => JSON.stringify(options[name]))).size > 1,
  );
}

function nameOf({ options }: Trial, names: readonly string[], models: ReadonlyMap<string, string>): string {
  return names
    .filter((name) => options[name] !== undefined)
    .map((name) =>
      name === 'model' ? models.get(String(options.model)) : `${flagOf(name)}=${textOf(options[name])}`,
    )
    .join(' ');
}

/** Short names of the trials' models, by their paths: as many last parts as tell them apart. */
export function modelNames(trials: readonly Trial[]): ReadonlyMap<string, string> {
  const paths = [...new Set(trials.map(({ options }) => String(options.model)))];
  const partsOf = new Map(paths.map((path) => [path, tellingParts(path)]));
  const nameWith = (path: string, count: number) => partsOf.get(path)!.slice(-count).join('/');
  return new Map(
    paths.map((path) => {
      const others = paths.filter((other) => other !== path);
      let count = 1;
      const isTaken = () => others.some((other) => nameWith(other, count) === nameWith(path, count));
      while (count < partsOf.get(path)!.length && isTaken()) count++;
      return [path, nameWith(path, count) || path];
    }),
  );
}

/** Parts of a model's path; the file's own name says nothing where it is `model.json`. */
function tellingParts(path: string): string[] {
  const parts = path.split(/[\\/]+/).filter((part) => part !== '');
  const own = parts.at(-1)!.replace(/\.json$/, '');
  return [...parts.slice(0, -1), ...(own === 'model' && parts.length > 1 ? [] : [own])];
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
