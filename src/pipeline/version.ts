import { readFileSync } from 'node:fs';

/** Reads the version of qgt from the package.json two folders up, in src as in dist. */
export function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
