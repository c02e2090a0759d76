import { basename } from 'node:path';

/**
 * Names data by the last part of its path, in texts of a result: machines have the same data in other places, and a trial
 * comes to the same wherever it is run.
 */
export function dataNamer(paths: readonly unknown[]): (text: string) => string {
  const known = paths
    .filter((path): path is string => typeof path === 'string' && /[\\/]/.test(path))
    // A shorter one may be the beginning of a longer one.
    .sort((a, b) => b.length - a.length);
  return (text) => known.reduce((changed, path) => changed.replaceAll(path, basename(path)), text);
}
