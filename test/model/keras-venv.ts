import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Commands that may be a Python which the packages are made for. */
const PYTHONS = ['python3', 'python3.12', 'python3.11', 'python3.10', 'python3.9'];

/** A venv's Python, or the reason why there is none. */
export type Venv = { readonly python: string } | { readonly missing: string };

/** Makes a venv with packages by the first Python here that they install with. */
export async function makeVenv(folder: string, packages: readonly string[]): Promise<Venv> {
  const reasons: string[] = [];
  for (const python of PYTHONS) {
    const place = join(folder, python);
    try {
      await run(python, ['-m', 'venv', place]);
      await run(join(place, 'bin/pip'), ['install', '--quiet', ...packages]);
      return { python: join(place, 'bin/python') };
    } catch (cause) {
      reasons.push(`${python}: ${String(cause).split('\n')[0]}`);
    }
  }
  return { missing: `no Python here for ${packages.join(' ')} (${reasons.join('; ')})` };
}

/** Runs a script of this folder. */
export async function runPython(python: string, script: URL, ...args: readonly string[]): Promise<void> {
  await run(python, [script.pathname, ...args], { maxBuffer: 2 ** 26 });
}
