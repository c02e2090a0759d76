import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from './cache.js';

/** The interpreter that the peers run in, or why there is none. */
export type PythonEnvironment =
  | { readonly python: string; readonly reason: null }
  | { readonly python: null; readonly reason: string };

/** QKeras 0.9 goes with Keras 2; it imports pyparsing without asking for it. */
const PACKAGES = ['tensorflow-cpu==2.15.1', 'qkeras==0.9.0', 'pyparsing==3.1.4', 'numpy<2'];
/** TensorFlow 2.15 takes Python 3.9 to 3.11. */
const INTERPRETERS = ['python3.11', 'python3.10', 'python3.9', 'python3'];

const run = promisify(execFile);

/** The environment in the folder QGT_BENCH_PYTHON, or one of our own that is made once. */
export async function pythonEnvironment(say: (line: string) => void): Promise<PythonEnvironment> {
  const given = process.env.QGT_BENCH_PYTHON;
  if (given !== undefined) return { python: pythonIn(given), reason: null };
  const folder = join(await cacheFolder(), 'python');
  const complete = join(folder, 'complete');
  if (existsSync(complete)) return { python: pythonIn(folder), reason: null };
  say(`making ${folder}, once`);
  try {
    await createEnvironment(folder);
    await run(pythonIn(folder), ['-m', 'pip', 'install', '--quiet', ...PACKAGES]);
    await writeFile(complete, PACKAGES.join('\n'));
    return { python: pythonIn(folder), reason: null };
  } catch (error) {
    return { python: null, reason: `no Python environment: ${lastLine(error)}` };
  }
}

async function createEnvironment(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  let failure: unknown;
  for (const interpreter of INTERPRETERS) {
    try {
      await run(interpreter, ['-m', 'venv', folder]);
      return;
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

const pythonIn = (folder: string): string =>
  process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');

/** The last line that a child printed before it failed, which says what was wrong. */
export function lastLine(error: unknown): string {
  const { message, stderr } = error as Error & { stderr?: string };
  return (stderr?.trim() || message).split('\n').at(-1)!.trim();
}
