import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Builds `qgt/runtime` from the sources that are here, by the package's own script, into `path`. */
export async function buildRuntime(path: string): Promise<void> {
  await promisify(execFile)('npm', ['run', 'build:runtime', '--', path], { cwd: root });
}

/** The files that a module is made of, and what else it imports. */
export async function inputsAndImports(entry: string): Promise<{ inputs: string[]; imports: string[] }> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    format: 'esm',
    packages: 'external',
    metafile: true,
    write: false,
  });
  const outputs = Object.values(metafile.outputs);
  return {
    inputs: outputs.flatMap(({ inputs }) => Object.keys(inputs)),
    imports: outputs.flatMap(({ imports }) => imports.map(({ path }) => path)),
  };
}
