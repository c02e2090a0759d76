import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { checkOutput, defaultOutput, openOutput, repairOutput, writeAside } from '../../src/files/index.js';
import { withFolder } from '../pipeline/digits.js';

const open = (folder: string, { force = true, files = [] as readonly string[] } = {}) =>
  openOutput({ folder, force, files });

/** Every path below a folder, sorted. */
const below = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true })).sort();

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
      const output = await open(folder);
      await output.add({ path: 'a.txt', bytes: 'new' });
      await output.add({ path: join('deep', 'b.txt'), bytes: 'also new' });
      assert.equal(await readFile(join(folder, 'a.txt'), 'utf8'), 'old');
      assert.equal(await readFile(output.pathOf('a.txt'), 'utf8'), 'new');
      assert.deepEqual(await output.commit(), [join(folder, 'a.txt'), join(folder, 'deep', 'b.txt')]);
      await output.close();
      assert.equal(await readFile(join(folder, 'a.txt'), 'utf8'), 'new');
      assert.deepEqual(await below(folder), ['a.txt', 'deep', join('deep', 'b.txt')]);
    }));

  it('is left as it was where nothing was committed', () =>
    withFolder(async (folder) => {
      await writeFile(join(folder, 'a.txt'), 'old');
      const output = await open(folder);
      await output.add({ path: 'a.txt', bytes: 'new' });
      await output.close();
      assert.deepEqual(await below(folder), ['a.txt']);
      const inNew = await open(join(folder, 'new', 'deeper'));
      await inNew.add({ path: join('c', 'b.txt'), bytes: 'new' });
      await inNew.close();
      assert.deepEqual(await below(folder), ['a.txt']);
    }));

  it('keeps what others put into a folder that the run had made', () =>
    withFolder(async (folder) => {
      const output = await open(join(folder, 'new', 'deeper'));
      await output.add({ path: 'b.txt', bytes: 'new' });
      await writeFile(join(folder, 'new', 'theirs.txt'), 'theirs');
      await output.close();
      assert.deepEqual(await below(folder), ['new', join('new', 'theirs.txt')]);
    }));

  it('replaces nothing where one of the files has the name of a folder, and says so before the work', () =>
    withFolder(async (folder) => {
      await writeFile(join(folder, 'a.txt'), 'old');
      await mkdir(join(folder, 'b.txt'));
      const files = ['a.txt', 'b.txt'];
      await assert.rejects(open(folder, { files }), /b\.txt: is a folder, expected a file.*; move it away/);
      const output = await open(folder);
      for (const path of files) await output.add({ path, bytes: 'new' });
      await assert.rejects(output.commit(), /b\.txt: is a folder/);
      await output.close();
      assert.equal(await readFile(join(folder, 'a.txt'), 'utf8'), 'old');
      assert.deepEqual(await below(folder), ['a.txt', 'b.txt']);
    }));

  it('that is removed during the run is missed before anything is claimed to be written', () =>
    withFolder(async (parent) => {
      const folder = join(parent, 'out');
      const lost = [
        [
          folder,
          /out: the folder, or what qgt keeps in it .* was removed during the run; run the command again/,
        ],
        [join(folder, '.qgt-run', 'staged'), /model\.qgt was removed during the run; run the command again/],
      ] as const;
      for (const [path, message] of lost) {
        const output = await open(folder);
        await output.add({ path: 'model.qgt', bytes: 'new' });
        await rm(path, { recursive: true });
        await assert.rejects(output.commit(), message);
        await output.close();
        assert.deepEqual(await readdir(parent), []);
      }
    }));

  it('and its files may have names as long as the system takes', () =>
    withFolder(async (parent) => {
      const [folder, file] = [join(parent, 'x'.repeat(255)), 'y'.repeat(255)];
      const output = await open(folder);
      await output.add({ path: file, bytes: 'new' });
      await output.commit();
      await output.close();
      await writeAside(join(folder, 'z'.repeat(255)), 'new');
      assert.deepEqual((await readdir(folder)).sort(), [file, 'z'.repeat(255)]);
    }));

  it('that is a folder of somebody with a file by the name of ours is refused, and can be read', () =>
    withFolder(async (folder) => {
      await writeFile(join(folder, '.qgt-run'), 'theirs');
      await assert.rejects(open(folder), /\.qgt-run: is not of qgt.*got a file, expected a folder/);
      await repairOutput(folder);
      assert.equal(await readFile(join(folder, '.qgt-run'), 'utf8'), 'theirs');
    }));

  it('may be full of files only by force, and may be made', () =>
    withFolder(async (folder) => {
      await checkOutput({ folder: join(folder, 'new', 'deeper'), force: false, files: [] });
      await mkdir(join(folder, 'empty'));
      await checkOutput({ folder: join(folder, 'empty'), force: false, files: [] });
      await writeFile(join(folder, 'a.txt'), 'mine');
      await assert.rejects(
        checkOutput({ folder, force: false, files: [] }),
        /not empty, got a\.txt, empty; give --force/,
      );
      await checkOutput({ folder, force: true, files: [] });
    }));
});
