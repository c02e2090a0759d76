import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openOutput, repairOutput } from '../../src/files/index.js';
import { encodeRecord } from '../../src/files/record.js';
import { withFolder } from '../pipeline/digits.js';

const open = (folder: string, force = false) => openOutput({ folder, force, files: [] });

/** A folder with files of somebody, and one that came from elsewhere. */
const withFolders = (use: (home: string, came: string) => Promise<void>) =>
  withFolder(async (parent) => {
    const [home, came] = [join(parent, 'home'), join(parent, 'came')];
    for (const each of ['staged', 'checkpoint']) await mkdir(join(home, each), { recursive: true });
    for (const path of ['thesis.txt', 'run.ckpt', 'staged/photo', 'checkpoint/run.ckpt', '.bashrc'])
      await writeFile(join(home, path), 'theirs');
    await mkdir(came);
    const before = (await readdir(home, { recursive: true })).sort();
    await use(home, came);
    assert.deepEqual((await readdir(home, { recursive: true })).sort(), before);
    assert.equal(await readFile(join(home, '.bashrc'), 'utf8'), 'theirs');
  });

const journal = (files: readonly string[]) => JSON.stringify({ version: 1, files, state: 'finished' });

describe('a folder that came from elsewhere', { skip: process.platform === 'win32' }, () => {
  for (const link of ['checkpoint', 'staged']) {
    it(`with a link for .qgt-run/${link} is refused by whoever reads or writes it`, () =>
      withFolders(async (home, came) => {
        await mkdir(join(came, '.qgt-run'));
        await writeFile(join(came, '.qgt-run', 'commit.json'), journal(['thesis.txt']));
        await symlink(home, join(came, '.qgt-run', link));
        const refused = new RegExp(`${link}: is not of qgt.*got a link, expected a folder`);
        await assert.rejects(repairOutput(came), refused);
        await assert.rejects(open(came), refused);
      }));
  }

  it('with a link for .qgt-run is refused', () =>
    withFolders(async (home, came) => {
      await symlink(home, join(came, '.qgt-run'));
      await assert.rejects(open(came), /\.qgt-run: is not of qgt/);
    }));

  it('moves nothing through a linked folder', () =>
    withFolders(async (home, came) => {
      await mkdir(join(came, '.qgt-run', 'staged', 'sub'), { recursive: true });
      await writeFile(join(came, '.qgt-run', 'staged', 'sub', '.bashrc'), 'hostile');
      await writeFile(join(came, '.qgt-run', 'commit.json'), journal(['sub/.bashrc']));
      await symlink(home, join(came, 'sub'));
      await assert.rejects(repairOutput(join(came, 'model.qgt')), /sub: is not of qgt/);
    }));

  it('removes nothing through a linked folder', () =>
    withFolders(async (home, came) => {
      const sha256 = createHash('sha256').update('theirs').digest('hex');
      const record = { identity: {}, force: true, files: [{ path: 'sub/.bashrc', sha256 }] };
      await mkdir(join(came, '.qgt-run', 'checkpoint'), { recursive: true });
      await writeFile(join(came, '.qgt-run', 'checkpoint', 'run.ckpt'), encodeRecord(record));
      await writeFile(join(came, '.qgt-run', 'commit.json'), journal([]));
      await symlink(home, join(came, 'sub'));
      await repairOutput(join(came, 'model.qgt'));
      assert.deepEqual(await readdir(came), ['sub']);
    }));

  for (const name of ['', '.', '../x', '/x', '.qgt-run/commit.json', 'a\0b', 'a//b']) {
    it(`names no output ${JSON.stringify(name)}`, () =>
      withFolders(async (_, came) => {
        await mkdir(join(came, '.qgt-run'));
        await writeFile(join(came, '.qgt-run', 'commit.json'), journal([name]));
        await assert.rejects(
          repairOutput(came),
          /commit\.json: is no list of files that qgt wrote; delete it/,
        );
      }));
  }

  it('keeps what others have in the folder of checkpoints', () =>
    withFolders(async (_, came) => {
      await mkdir(join(came, '.qgt-run', 'checkpoint'), { recursive: true });
      await writeFile(join(came, '.qgt-run', 'checkpoint', 'thesis.txt'), 'theirs');
      await (await open(came)).close();
      assert.deepEqual(await readdir(join(came, '.qgt-run', 'checkpoint')), ['thesis.txt']);
    }));
});

describe('a file that was put into an empty folder during a run', () => {
  it('is not replaced, and the run says so', () =>
    withFolder(async (folder) => {
      const output = await open(folder);
      await output.add({ path: 'model.qgt', bytes: 'ours' });
      await writeFile(join(folder, 'model.qgt'), 'theirs');
      await assert.rejects(
        output.commit('finished'),
        /model\.qgt: was put there meanwhile; move it away, and run the command again/,
      );
      await output.close();
      assert.equal(await readFile(join(folder, 'model.qgt'), 'utf8'), 'theirs');
      assert.deepEqual(await readdir(folder), ['model.qgt']);
    }));
});
