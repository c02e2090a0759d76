import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);
const MAJORS = [20, 22, 24];
/** Exit code of .ci/with-node.sh where npm can't bring that Node. */
const NO_SUCH_NODE = 75;

/** Prints the version of Node, and what the two other entries of the package export. */
const ENTRIES = `
const [{ loadQgt }, { registerLayers }] = await Promise.all([import('qgt/runtime'), import('qgt/layers')]);
console.log(process.versions.node, typeof loadQgt, typeof registerLayers);`;

describe('the package under each Node that it is for, from its tarball on an empty cache', () => {
  let folder: string;
  let tarball: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'qgt-test-'));
    await run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: root });
    tarball = join(folder, (await readdir(folder)).find((name) => name.endsWith('.tgz'))!);
  });
  after(() => rm(folder, { recursive: true }));

  for (const major of MAJORS) {
    it(`Node ${major}: installs without a warning, compresses and loads`, async (test) => {
      const cwd = join(folder, String(major));
      await mkdir(cwd);
      const under = async (...command: string[]) => {
        const line = [join(root, '.ci/with-node.sh'), String(major), ...command];
        const { stdout, stderr } = await run('bash', line, { cwd, maxBuffer: 2 ** 24 });
        return stdout + stderr;
      };
      try {
        await under('node', '--version');
      } catch (error) {
        if ((error as { code?: unknown }).code !== NO_SUCH_NODE) throw error;
        return test.skip(`npm can't bring Node ${major} here`);
      }
      const install = ['npm', 'install', '--no-audit', '--no-fund', '--cache', join(cwd, 'cache'), tarball];
      assert.doesNotMatch(await under(...install), /warn|allowScripts|EBADENGINE/i);
      const entries = await under('node', '--input-type=module', '--eval', ENTRIES);
      assert.match(entries, new RegExp(`^${major}\\.[\\d.]+ function function$`, 'm'));
      assert.match(await under('npx', 'qgt', 'demo'), /size .* times smaller/);
    });
  }
});
