import assert from 'node:assert/strict';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { before, describe, it } from 'node:test';
import { tf } from '../../src/engine/index.js';
import { evaluate, exportModel, inspect } from '../../src/index.js';
import { packModel } from '../../src/pack/index.js';
import { readAny, readPacked } from '../../src/session/index.js';
import { startCpu } from '../cpu-engine.js';
import { digits, withFolder } from '../pipeline/digits.js';
import { packExample } from '../pipeline/packed-example.js';

/** Calls `use` with the folder that compress would have left of a small model. */
const withRun = (use: (folder: string) => Promise<void>): Promise<void> =>
  withFolder(async (folder) => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3] })] });
    const { bytes } = await packModel(await packExample(model, 'per channel'));
    await mkdir(join(folder, 'run'));
    await writeFile(join(folder, 'run', 'model.qgt'), bytes);
    await writeFile(join(folder, 'run', 'report.json'), '{}');
    await use(join(folder, 'run'));
  });

describe('the folder that compress wrote', () => {
  before(startCpu);

  it('is read as the model.qgt in it', () =>
    withRun(async (run) => {
      for (const read of [readAny, readPacked]) {
        const { loaded, packed } = await read(run);
        assert.equal(loaded.source, join(run, 'model.qgt'));
        assert.equal(packed!.tensors.length, 2);
      }
    }));

  it('is inspected, exported and evaluated', () =>
    withRun(async (run) => {
      assert.equal((await inspect({ model: run })).format, 'qgt');
      const { files } = await exportModel({ model: run, to: 'npz', output: join(run, '..', 'arrays') });
      assert.equal(files.length, 1);
      await writeFile(join(run, '..', 'data.csv'), 'a,b,c,y,z\n1,2,3,4,5\n2,3,4,5,7\n3,1,4,1,5\n');
      const data = join(run, '..', 'data.csv');
      const { models } = await evaluate({ model: run, data, engine: 'embedded', inputRange: 'as-is' });
      assert.equal(models[0]!.source, join(run, 'model.qgt'));
    }));

  it('is the model.json where both are there, as before', () =>
    withRun(async (run) => {
      for (const name of ['model.json', 'weights.bin'])
        await copyFile(join(dirname(digits.model), name), join(run, name));
      assert.equal((await readAny(run)).packed, undefined);
      assert.equal((await readPacked(run)).loaded.source, join(run, 'model.qgt'), 'a .qgt was asked for');
    }));

  it('without a model is refused with the remedy', () =>
    withFolder(async (folder) => {
      await assert.rejects(inspect({ model: folder }), { code: 'not-found' });
      await assert.rejects(exportModel({ model: folder, to: 'npz' }), { code: 'not-found' });
    }));
});
