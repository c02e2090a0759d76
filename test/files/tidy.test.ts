import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openOutput, repairOutput, tidyOutput } from '../../src/files/index.js';
import { withFolder } from '../pipeline/digits.js';

const LONG_AGO = new Date(Date.now() - 3_600_000);

/** Puts the lock of a process that is no more into a folder, with a file that it was writing. */
async function leaveRun(folder: string): Promise<void> {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(child, 'exit');
  await mkdir(join(folder, '.qgt-run', 'staged'), { recursive: true });
  await writeFile(join(folder, '.qgt-run', 'staged', 'model.qgt'), 'half a fi');
  const owner = { host: hostname(), pid: child.pid, began: null, since: LONG_AGO.toISOString() };
  await writeFile(join(folder, '.qgt-run', 'lock.json'), JSON.stringify(owner));
}

describe('what a dead run has left in its output folder', () => {
  it('is removed by the next command that reads there, and nothing else is', () =>
    withFolder(async (folder) => {
      await writeFile(join(folder, 'theirs.txt'), 'theirs');
      for (const path of [folder, join(folder, 'model.qgt')]) {
        await leaveRun(folder);
        await repairOutput(path);
        assert.deepEqual(await readdir(folder), ['theirs.txt']);
      }
    }));

  it('is removed where it is an empty folder, unless that was made just now', () =>
    withFolder(async (folder) => {
      await mkdir(join(folder, '.qgt-run'));
      await repairOutput(folder);
      assert.deepEqual(await readdir(folder), ['.qgt-run'], 'its run may be about to lock it');
      await utimes(join(folder, '.qgt-run'), LONG_AGO, LONG_AGO);
      await repairOutput(folder);
      assert.deepEqual(await readdir(folder), []);
    }));

  it('stays as far as it is a checkpoint', () =>
    withFolder(async (folder) => {
      const run = await openOutput({ folder, force: true, files: [] });
      await run.checkpoint.write('training-0', 'half trained', { identity: {}, force: false });
      await run.close();
      await leaveRun(folder);
      await repairOutput(folder);
      assert.deepEqual(await readdir(join(folder, '.qgt-run')), ['checkpoint']);
      const resumed = await openOutput({ folder, force: false, files: [], resume: true });
      assert.equal(await resumed.checkpoint.read('training-0'), 'half trained');
      await resumed.close();
    }));

  it('stays while another run has the folder', () =>
    withFolder(async (folder) => {
      const run = await openOutput({ folder, force: true, files: [] });
      await run.add({ path: 'model.qgt', bytes: 'new' });
      await repairOutput(folder);
      await assert.rejects(tidyOutput({ folder }), /another run of qgt writes to this folder/);
      await run.commit();
      await run.close();
      assert.deepEqual(await readdir(folder), ['model.qgt']);
    }));

  it('goes with the folders that the run had made, where they are empty', () =>
    withFolder(async (parent) => {
      const [made, folder] = [join(parent, 'new'), join(parent, 'new', 'deeper')];
      await leaveRun(folder);
      await tidyOutput({ folder, made });
      assert.deepEqual(await readdir(parent), []);
      await leaveRun(folder);
      await writeFile(join(made, 'theirs.txt'), 'theirs');
      await tidyOutput({ folder, made });
      assert.deepEqual(await readdir(parent, { recursive: true }), ['new', join('new', 'theirs.txt')]);
    }));

  it('keeps nobody from reading who may not write there', () =>
    withFolder(async (folder) => {
      await leaveRun(folder);
      await chmod(join(folder, '.qgt-run'), 0o555);
      await chmod(folder, 0o755);
      await withoutPrivileges(() => repairOutput(folder));
      await chmod(join(folder, '.qgt-run'), 0o700);
      assert.ok((await readdir(join(folder, '.qgt-run'))).includes('lock.json'));
    }));
});

const NOBODY = 65534;

/** Does something as a user whom permissions hold back, which they don't the superuser. */
async function withoutPrivileges(work: () => Promise<unknown>): Promise<void> {
  const isSuperuser = process.getuid?.() === 0;
  if (isSuperuser) process.seteuid!(NOBODY);
  try {
    await work();
  } finally {
    if (isSuperuser) process.seteuid!(0);
  }
}
