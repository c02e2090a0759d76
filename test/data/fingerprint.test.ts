import assert from 'node:assert/strict';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { dataFingerprint } from '../../src/data/index.js';
import { temporaryFolder } from './temporary-folder.js';

/** Whether the fingerprint of `path` is another one after a file was touched. */
async function notices(path: string, touched: string): Promise<boolean> {
  const before = await dataFingerprint(path);
  assert.equal(await dataFingerprint(path), before);
  await utimes(touched, new Date(), new Date(1e12));
  return (await dataFingerprint(path)) !== before;
}

describe('the fingerprint of data', () => {
  for (const { path, files, others } of [
    { path: 'x.npz#train', files: ['x.npz'], others: ['notes.txt'] },
    { path: 'x.npy', files: ['x.npy', 'y.npy'], others: ['z.npy'] },
    {
      path: 'train-images-idx3-ubyte.gz',
      files: ['train-images-idx3-ubyte.gz', 'train-labels-idx1-ubyte.gz'],
      others: ['test-labels-idx1-ubyte.gz'],
    },
    { path: 'images', files: [join('images', 'cat', '1.png')], others: ['1.png'] },
  ]) {
    it(`is of all files that ${path} is read from, and of no others`, async (test) => {
      const folder = await temporaryFolder(test);
      await mkdir(join(folder, 'images', 'cat'), { recursive: true });
      for (const file of [...files, ...others]) await writeFile(join(folder, file), 'data');
      for (const file of files)
        assert.equal(await notices(join(folder, path), join(folder, file)), true, file);
      for (const file of others)
        assert.equal(await notices(join(folder, path), join(folder, file)), false, file);
    });
  }
});
