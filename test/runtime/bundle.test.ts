import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { packModel, unpackModel } from '../../src/pack/index.js';
import * as runtime from '../../src/runtime/index.js';
import { example } from '../pack/example.js';
import { buildRuntime, inputsAndImports } from './bundle.js';

describe('the published qgt/runtime', () => {
  let folder: string;
  let file: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'qgt-test-'));
    file = join(folder, 'runtime.mjs');
    await buildRuntime(file);
  });
  after(() => rm(folder, { recursive: true }));

  it('is one module of our sources alone, that imports nothing', async () => {
    const { inputs } = await inputsAndImports('src/runtime/index.ts');
    assert.ok(inputs.length > 20);
    for (const input of inputs) assert.match(input, /^src\/(core|quantize|pack|runtime)\//);
    assert.deepEqual((await inputsAndImports(file)).imports, []);
  });

  it('takes less than 6 KB, minified and gzipped', async () => {
    const { length } = gzipSync(await readFile(file), { level: 9 });
    assert.ok(length < 6000, `${length} bytes`);
  });

  it('is what the package exports as qgt/runtime, beside the types of the sources', async () => {
    const { exports, scripts } = JSON.parse(
      await readFile(new URL('../../package.json', import.meta.url), 'utf8'),
    );
    const { types, default: entry } = exports['./runtime'];
    assert.ok(scripts['build:runtime'].endsWith(` ${entry.replace('./', '')}`));
    assert.ok(scripts.build.endsWith('npm run build:runtime'));
    assert.equal(types, './dist/runtime/index.d.ts');
  });

  it('works without any other file, and has every export of the sources', async () => {
    const bundled: typeof runtime = await import(pathToFileURL(file).href);
    assert.deepEqual(Object.keys(bundled).sort(), Object.keys(runtime).sort());
    const { bytes } = await packModel(example);
    assert.deepEqual(await bundled.readQgt(bytes), await unpackModel(bytes, 'example'));
    await assert.rejects(
      bundled.readQgt(bytes.subarray(1)),
      (thrown) => thrown instanceof bundled.QgtError && thrown.code === 'bad-qgt',
    );
  });
});
