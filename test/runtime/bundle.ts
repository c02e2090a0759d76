import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const root = new URL('../../', import.meta.url);

/** What esbuild says of a bundle; its `metafile` option. */
interface Metafile {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, { readonly imports: readonly unknown[] }>>;
}

/** Builds `qgt/runtime` from the sources that are here, by the package's own script, into `path`. */
export async function buildRuntime(path: string): Promise<Metafile> {
  const metafile = `${path}.json`;
  const overrides = [`--outfile=${path}`, `--metafile=${metafile}`];
  await promisify(execFile)('npm', ['run', 'build:runtime', '--', ...overrides], { cwd: root });
  return JSON.parse(await readFile(metafile, 'utf8'));
}
