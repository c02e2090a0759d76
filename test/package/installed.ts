import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The checkout. */
export const root = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);

/** What a command printed on both streams, and its exit code. */
export interface Said {
  readonly text: string;
  readonly code: number;
}

/** Runs a line in a shell. */
export async function say(line: string, cwd: string, env: NodeJS.ProcessEnv = process.env): Promise<Said> {
  try {
    const { stdout, stderr } = await run('bash', ['-c', line], { cwd, env, maxBuffer: 2 ** 24 });
    return { text: stdout + stderr, code: 0 };
  } catch (thrown) {
    const { stdout, stderr, code } = thrown as { stdout: string; stderr: string; code: number };
    return { text: stdout + stderr, code };
  }
}

/** The package in a folder of its own, which is the caller's to remove. */
export interface Installed {
  readonly folder: string;
  readonly tarball: string;
  /** An empty folder but for what npm put into it. */
  readonly project: string;
  /** What npm said. */
  readonly text: string;
}

/** Packs this checkout as npm publishes it, and installs that. */
export async function installPackage(): Promise<Installed> {
  const folder = await mkdtemp(join(tmpdir(), 'qgt-test-'));
  await run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: root });
  const tarball = join(folder, (await readdir(folder)).find((name) => name.endsWith('.tgz'))!);
  const project = join(folder, 'project');
  await mkdir(project);
  const { text, code } = await say(`npm install --no-audit --no-fund ${tarball}`, project);
  assert.equal(code, 0, text);
  return { folder, tarball, project, text };
}
