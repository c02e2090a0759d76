import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openDataset, readers } from '../../src/data/index.js';
import { refusal, specs } from './specs.js';
import { temporaryFile, temporaryFolder } from './temporary-folder.js';

describe('readers', () => {
  it('have names of their own', () => {
    assert.equal(new Set(readers.map(({ name }) => name)).size, readers.length);
  });

  for (const { name, describe: description, accepts } of readers) {
    it(`${name} says what it reads and leaves alone what isn't there or isn't data`, async (test) => {
      assert.match(name, /^[a-z-]+$/);
      assert.notEqual(description, '');
      const folder = await temporaryFolder(test);
      for (const file of ['x.npz', 'x.npy', 'x.csv', 'images-idx3-ubyte', 'x']) {
        assert.equal(await accepts(join(folder, file)), false);
      }
      assert.equal(await accepts(folder), false);
      assert.equal(await accepts(await temporaryFile(test, 'notes.txt', 'text')), false);
    });
  }

  it('are listed where none takes what is there', async (test) => {
    const listed = readers.map(({ describe: description }) => description);
    const folder = await temporaryFolder(test);
    // A path with a slip in it is no matter of formats.
    await assert.rejects(openDataset(join(folder, 'no'), specs([1], [1])), {
      code: 'not-found',
      message: `${join(folder, 'no')}: no such file or folder; check the path`,
    });
    await assert.rejects(openDataset(folder, specs([1], [1])), refusal('bad-data', folder, ...listed));
    const archive = await temporaryFile(test, 'images.tar.gz', 'x');
    await assert.rejects(openDataset(archive, specs([1], [1])), refusal('bad-data', archive, ...listed));
  });
});
