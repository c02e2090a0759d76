import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { hostname, uptime } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openOutput } from '../../src/files/index.js';
import { RUN_PACE, tryLock } from '../../src/files/lock.js';
import { withFolder } from '../pipeline/digits.js';

const open = (folder: string) => openOutput({ folder, force: true, files: [] });

/** Puts a lock into `folder` as the run of another process would, with what that left aside. */
async function lockedBy(
  folder: string,
  owner: { pid: number; host?: string; began?: string; place?: string },
): Promise<string> {
  const own = join(folder, '.qgt-run');
  await mkdir(join(own, 'staged'), { recursive: true });
  await writeFile(join(own, 'staged', 'model.qgt'), 'half a fi');
  const since = '2026-01-01T00:00:00.000Z';
  await writeFile(join(own, 'lock.json'), JSON.stringify({ host: hostname(), began: null, since, ...owner }));
  return join(own, 'lock.json');
}

/** Id of a process that was there and has ended. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(child, 'exit');
  return child.pid!;
}

const goneBy = deadPid();

describe('the lock of an output folder', () => {
  it('is refused to a second run, and free after the first', () =>
    withFolder(async (folder) => {
      const first = await open(folder);
      await assert.rejects(
        open(folder),
        new RegExp(`another run of qgt writes to this folder, got process ${process.pid} on .*; wait for it`),
      );
      await first.close();
      await (await open(folder)).close();
      assert.deepEqual(await readdir(folder), []);
    }));

  it('is taken over from a process that is no more, and what that left aside is removed', () =>
    withFolder(async (folder) => {
      await lockedBy(folder, { pid: await deadPid() });
      const output = await open(folder);
      await output.add({ path: 'a.txt', bytes: 'new' });
      await output.commit();
      await output.close();
      assert.deepEqual(await readdir(folder), ['a.txt']);
    }));

  it(
    'is taken over where the process id belongs to a younger process',
    {
      skip: process.platform !== 'linux' && 'only Linux tells when a process began',
    },
    () =>
      withFolder(async (folder) => {
        await lockedBy(folder, { pid: process.pid, began: '1' });
        await (await open(folder)).close();
        assert.deepEqual(await readdir(folder), []);
      }),
  );

  it('of another machine is taken over once it was not touched for long', () =>
    withFolder(async (folder) => {
      const lock = await lockedBy(folder, { pid: 1, host: 'another.example' });
      await assert.rejects(open(folder), /got process 1 on another\.example, since 2026-01-01/);
      const longAgo = new Date(Date.now() - 3_600_000);
      await utimes(lock, longAgo, longAgo);
      await (await open(folder)).close();
      assert.deepEqual(await readdir(folder), []);
    }));

  it('of a machine of the same name is not taken for one of here, whose processes can be asked', () =>
    withFolder(async (folder) => {
      await lockedBy(folder, { pid: await deadPid(), place: 'another-boot pid:[1]' });
      await assert.rejects(open(folder), /another run of qgt writes to this folder/);
    }));

  it('of this machine before a power cut is taken over at once', () =>
    withFolder(async (folder) => {
      const lock = await lockedBy(folder, { pid: process.pid, place: 'another-boot pid:[1]' });
      const beforeBoot = new Date(Date.now() - (uptime() + 60) * 1000);
      await utimes(lock, beforeBoot, beforeBoot);
      await (await open(folder)).close();
      assert.deepEqual(await readdir(folder), []);
    }));

  it('is abandoned by the clock of the disk, not by that of the machine', () =>
    withFolder(async (folder) => {
      const lock = await lockedBy(folder, { pid: 1, host: 'another.example' });
      // A machine whose clock is an hour ahead of the disk's, and of the owner's.
      const { now } = Date;
      Date.now = () => now() + 3_600_000;
      try {
        await assert.rejects(open(folder), /got process 1 on another\.example/);
      } finally {
        Date.now = now;
      }
      assert.equal(JSON.parse(await readFile(lock, 'utf8')).pid, 1);
    }));

  it('of a run that is no more goes to one of many that want it', () =>
    withFolder(async (folder) => {
      for (let round = 0; round < 20; round++) {
        const path = join(folder, `lock-${round}`);
        const owner = { pid: await goneBy, host: hostname(), began: null, since: '' };
        await writeFile(path, JSON.stringify(owner));
        const locks = await Promise.all(Array.from({ length: 8 }, () => tryLock(path, folder, RUN_PACE)));
        assert.equal(locks.filter((lock) => lock !== null).length, 1);
        for (const lock of locks) await lock?.release();
      }
      assert.deepEqual(await readdir(folder), []);
    }));

  it('is looked at again before anything is replaced', () =>
    withFolder(async (folder) => {
      await writeFile(join(folder, 'a.txt'), 'old');
      const output = await open(folder);
      await output.add({ path: 'a.txt', bytes: 'new' });
      await lockedBy(folder, { pid: 1 });
      await assert.rejects(output.commit(), /another run of qgt writes to this folder, got process 1/);
      await output.close();
      assert.equal(await readFile(join(folder, 'a.txt'), 'utf8'), 'old');
      assert.deepEqual((await readdir(join(folder, '.qgt-run'))).includes('lock.json'), true);
    }));
});
