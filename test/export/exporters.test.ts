import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { exporters, weightForms } from '../../src/export/index.js';
import { exportModel } from '../../src/index.js';
import { packModel } from '../../src/pack/index.js';
import { startCpu } from '../cpu-engine.js';
import { layersSample, type Sample } from '../runtime/sample-models.js';

let sample: Sample;

before(async () => {
  await startCpu();
  sample = await layersSample({ bits: 4, quantizer: 'uniform', granularity: 'perTensor' });
});

describe('every exporter', () => {
  it('has a name of its own', () =>
    assert.equal(new Set(exporters.map(({ name }) => name)).size, exporters.length));
  for (const { name, describe: text, weights, export: write } of exporters) {
    it(`${name} describes itself`, () => {
      assert.match(name, /^[a-z0-9-]+$/);
      assert.ok(text.length > 0);
      assert.ok(weights.includes('auto'));
    });
    for (const form of weights) {
      it(`${name}, ${form}: writes inside the folder; same model, same bytes`, async () => {
        const exported = await write(sample.packed, { weights: form });
        const paths = exported.files.map(({ path }) => path);
        assert.equal(new Set(paths).size, paths.length);
        for (const path of paths) assert.match(path, /^(?!\.)[\w.-]+(\/(?!\.)[\w.-]+)*$/);
        assert.deepEqual(await write(sample.packed, { weights: form }), exported);
      });
    }
    for (const form of weightForms.filter((each) => !weights.includes(each))) {
      it(`${name} refuses ${form} before it writes`, async (test) => {
        const folder = await mkdtemp(join(tmpdir(), 'qgt-test-'));
        test.after(() => rm(folder, { recursive: true }));
        const model = join(folder, 'model.qgt');
        await writeFile(model, (await packModel(sample.packed)).bytes);
        const refused = exportModel({ model, to: name, weights: form, output: join(folder, 'out') });
        await assert.rejects(refused, {
          code: 'usage',
          message: new RegExp(`--weights: .*${name}.*got ${form}`),
        });
        assert.deepEqual(await readdir(folder), ['model.qgt']);
      });
    }
  }
});
