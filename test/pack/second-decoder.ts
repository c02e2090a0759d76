import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('decode.py', import.meta.url));
const python = spawnSync('python3', ['--version']).status === 0;

/** For a test's `skip`: why the second decoder cannot run, or false where it can. */
export const noSecondDecoder: string | false = python ? false : 'python3 is not installed';

/** What decode.py, written from docs/format.md alone, finds in a file; floats as hexadecimal little-endian bits. */
export function decodeSecond(file: Uint8Array): Record<string, unknown> {
  return JSON.parse(execFileSync('python3', [script, '-'], { input: file, encoding: 'utf8' }));
}
