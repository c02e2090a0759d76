import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { checkOutput, defaultOutput, stageFiles } from '../../src/pipeline/output-folder.js';
import { withFolder } from './digits.js';

describe('the output folder', () => {
  for (const [model, expected] of [
    ['models/digits/model.json', 'digits-2bit'],
    ['models/digits/', 'digits-2bit'],
    ['models/facemesh.json', 'facemesh-2bit'],
    ['file:///models/digits/model.json', 'digits-2bit'],
    ['out/model.qgt', 'out-2bit'],
  ] as const) {
    it(`of ${model} is ${expected}`, () => assert.equal(defaultOutput(model, '2bit'), expected));
  }

  it('shows new files at once, and keeps old ones until then', () =>
    withFolder(async (folder) => {
      await writeFile(join(folder, 'a.txt'), 'old');
      const staged = await stageFiles(folder);
      await staged.add({ path: 'a.txt', bytes: 'new' });
      await staged.add({ path: 'deep/b.txt', bytes: 'also new' });
      assert.equal(await readFile(join(folder, 'a.txt'), 'utf8'), 'old');
      assert.equal(await readFile(staged.pathOf('a.txt'), 'utf8'), 'new');
      assert.deepEqual(await staged.commit(), [join(folder, 'a.txt'), join(folder, 'deep', 'b.txt')]);
      await staged.discard();
      assert.equal(await readFile(join(folder, 'a.txt'), 'utf8'), 'new');
      assert.deepEqual((await readdir(folder)).sort(), ['a.txt', 'deep']);
    }));

  it('is left as it was after discarding', () =>
    withFolder(async (folder) => {
      await writeFile(join(folder, 'a.txt'), 'old');
      const staged = await stageFiles(folder);
      await staged.add({ path: 'a.txt', bytes: 'new' });
      await staged.discard();
      assert.deepEqual(await readdir(folder), ['a.txt']);
      const inNew = await stageFiles(join(folder, 'new', 'deeper'));
      await inNew.add({ path: 'b.txt', bytes: 'new' });
      await inNew.discard();
      assert.deepEqual(await readdir(folder), ['a.txt']);
    }));

  it('may be full of files only by force, and may be made', () =>
    withFolder(async (folder) => {
      await checkOutput(join(folder, 'new', 'deeper'), false);
      await mkdir(join(folder, 'empty'));
      await checkOutput(join(folder, 'empty'), false);
      await writeFile(join(folder, 'a.txt'), 'mine');
      await assert.rejects(checkOutput(folder, false), /not empty, got a\.txt, empty; give --force/);
      await checkOutput(folder, true);
    }));
});
