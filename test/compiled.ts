import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const root = fileURLToPath(new URL('../', import.meta.url));
let folder: string | null = null;

/**
 * A script of this checkout as JavaScript, for tests that start processes: tsx takes most of the time of one.
 *
 * @param script  Its path in the checkout, in `src` or among what tests of the command line run.
 */
export function compiled(script: string): string {
  folder ??= compileSources();
  return join(folder, script.replace(/\.ts$/, '.js'));
}

/** Compiles the sources file by file, once a process of the runner, which removes them in the end. */
function compileSources(): string {
  const made = mkdtempSync(join(tmpdir(), 'qgt-compiled-'));
  process.once('exit', () => rmSync(made, { recursive: true, force: true }));
  for (const name of ['node_modules', 'package.json']) symlinkSync(join(root, name), join(made, name));
  buildSync({
    absWorkingDir: root,
    entryPoints: ['src/**/*.ts', 'test/cli/*.ts', 'test/report/sample-report.ts'],
    outbase: '.',
    outdir: made,
    target: 'es2022',
    logLevel: 'error',
  });
  return made;
}
