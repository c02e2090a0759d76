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
import { buildRuntime } from './bundle.js';

describe('the published qgt/runtime', () => {
  let folder: string;
  let file: string;
  let built: Awaited<ReturnType<typeof buildRuntime>>;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'qgt-test-'));
    file = join(folder, 'runtime.mjs');
    built = await buildRuntime(file);
  });
  after(() => rm(folder, { recursive: true }));

  it('is one module of our sources alone, that imports nothing', () => {
    for (const [output, { imports }] of Object.entries(built.outputs)) assert.deepEqual(imports, [], output);
    for (const input of Object.keys(built.inputs))
      assert.match(input, /^src\/(core|quantize|pack|runtime)\//);
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
    assert.ok(scripts['build:runtime'].endsWith(` --outfile=${entry.replace('./', '')}`));
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
