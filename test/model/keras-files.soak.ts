// Files that the current Keras 3 and tf.keras 2.15 save, of ten architectures each: held against what Keras predicts.
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startCpu } from '../cpu-engine.js';
import { assertPredictsAsKeras } from './predicts-as-keras.js';

const run = promisify(execFile);
const SCRIPT = fileURLToPath(new URL('keras-files.py', import.meta.url));

/** Versions of Keras, and what pip installs for them. */
const VERSIONS: readonly (readonly [name: string, packages: readonly string[]])[] = [
  ['Keras 3', ['keras', 'jax']],
  ['tf.keras 2.15', ['tensorflow-cpu==2.15.1']],
];

/** Makes a venv and the files in it; a text where no Python here suits. */
async function makeFiles(folder: string, packages: readonly string[]): Promise<string | null> {
  try {
    await run('python3', ['-m', 'venv', join(folder, 'venv')]);
    await run(join(folder, 'venv/bin/pip'), ['install', '--quiet', ...packages]);
  } catch (cause) {
    return `no Python for ${packages.join(' ')}: ${String(cause).split('\n')[0]}`;
  }
  await run(join(folder, 'venv/bin/python'), [SCRIPT, join(folder, 'files')]);
  return null;
}

describe('files of Keras', { timeout: 3_600_000 }, () => {
  before(startCpu);

  for (const [name, packages] of VERSIONS)
    it(`ten architectures of ${name}, as .keras and .h5`, async (test) => {
      const folder = await mkdtemp(join(tmpdir(), 'qgt-keras-'));
      test.after(() => rm(folder, { recursive: true }));
      const missing = await makeFiles(folder, packages);
      if (missing !== null) return test.skip(missing);
      const files = join(folder, 'files');
      const models = (await readdir(files)).filter((file) => !file.endsWith('.json'));
      for (const file of models)
        await test.test(file, () =>
          assertPredictsAsKeras(join(files, file), join(files, file.replace(/\.\w+$/, '.json'))),
        );
    });
});
