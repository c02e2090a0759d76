import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** What the tests of mutants need of the checkout. */
const COPIED = ['src', 'test', 'fixtures', 'package.json', 'tsconfig.json'];

/** A copy of the sources and tests, which may be changed. */
export class WorkingCopy {
  readonly #folder = mkdtempSync(join(tmpdir(), 'qgt-mutants-'));

  constructor() {
    for (const name of COPIED) cpSync(name, join(this.#folder, name), { recursive: true });
    symlinkSync(resolve('node_modules'), join(this.#folder, 'node_modules'), 'junction');
  }

  read(file: string): string {
    return readFileSync(join(this.#folder, file), 'utf8');
  }

  write(file: string, source: string): void {
    writeFileSync(join(this.#folder, file), source);
  }

  /** Runs test files, all of them together. */
  test(files: readonly string[]): { readonly passed: boolean; readonly output: string } {
    const run = ['--import', './test/typescript.js', 'test/run/index.ts', ...files];
    const { status, stdout, stderr, error } = spawnSync(process.execPath, run, {
      cwd: this.#folder,
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    if (error !== undefined) throw error;
    if (status === null) throw new Error(`the tests were stopped: ${files.join(' ')}`);
    return { passed: status === 0, output: `${stdout}${stderr}` };
  }

  dispose(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
