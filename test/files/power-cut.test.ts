import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { checkpointIn, holdsCheckpoint } from '../../src/files/checkpoint.js';
import { type Content, disk, type FileSystem } from '../../src/files/file-system.js';
import { openOutput, repairOutput } from '../../src/files/index.js';
import { withFolder } from '../pipeline/digits.js';

const FORMER = { 'model.qgt': 'old model', 'report.json': 'old report', 'theirs.txt': 'theirs' };
/** With what an interrupted run has left, which goes when it is finished. */
const OLD = { ...FORMER, 'model.partial.qgt': 'half trained' };
const NEW = {
  ...FORMER,
  'model.qgt': 'new model',
  'report.json': 'new report',
  'page/index.html': 'new page',
};

const POWER_CUT = 'the power was cut';

/** What a cut does beside ending the run. */
type Loss = 'nothing' | 'renames since the folder was last written to the disk';

/** A disk whose power is cut after so many operations. */
function diskUntil(cut: number, loss: Loss): FileSystem & { readonly operations: () => number } {
  let operations = 0;
  let recent: { readonly from: string; readonly to: string; readonly former: Buffer | null }[] = [];
  const step = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (operations >= cut) {
      if (loss !== 'nothing') await undo(recent.splice(0));
      throw new Error(POWER_CUT);
    }
    operations++;
    return work();
  };
  return {
    operations: () => operations,
    makeFolder: (path) => step(() => disk.makeFolder(path)),
    write: (path, content) => {
      const bytes = bytesOf(content);
      return step(() => disk.write(path, bytes)).catch(async (thrown) => {
        // Cut in the middle of it, half of the file is there.
        await writeFile(path, bytes).catch(() => {});
        await truncate(path, Math.floor(bytes.length / 2)).catch(() => {});
        throw thrown;
      });
    },
    rename: (from, to) =>
      step(async () => {
        recent.push({ from, to, former: await readFile(to).catch(() => null) });
        await disk.rename(from, to);
      }),
    syncFolder: (path) =>
      step(async () => {
        await disk.syncFolder(path);
        recent = recent.filter(({ to }) => join(to, '..') !== path);
      }),
    remove: (path) => step(() => disk.remove(path)),
    removeFolder: (path) => step(() => disk.removeFolder(path)),
  };
}

const bytesOf = (content: Content): Uint8Array =>
  typeof content === 'string' || content instanceof Uint8Array
    ? Buffer.from(content)
    : Buffer.concat([...content]);

/** Takes back renames, the last first. */
async function undo(
  renames: { readonly from: string; readonly to: string; readonly former: Buffer | null }[],
): Promise<void> {
  for (const { from, to, former } of renames.reverse()) {
    await disk.rename(to, from);
    if (former !== null) await writeFile(to, former);
  }
}

async function contentsOf(folder: string): Promise<Record<string, string>> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = found
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((path) => !path.startsWith('.qgt-run'));
  return Object.fromEntries(
    await Promise.all(files.sort().map(async (path) => [path, await readFile(join(folder, path), 'utf8')])),
  );
}

async function fill(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  for (const [path, text] of Object.entries(FORMER)) await writeFile(join(folder, path), text);
  const output = await openOutput({ folder, force: true, files: [] });
  await output.checkpoint.write('training-0', 'half trained', KEPT);
  await output.add({ path: 'model.partial.qgt', bytes: OLD['model.partial.qgt'] });
  await output.commit('unfinished');
  await output.close();
}

const KEPT = { identity: { '--bits': '2' }, force: true };

/** A run that goes on, keeps a state, replaces two files and adds one. */
async function run(folder: string, fileSystem: FileSystem): Promise<void> {
  const output = await openOutput({ folder, force: true, files: [], resume: true }, fileSystem);
  try {
    await output.checkpoint.write('training-0', 'trained', KEPT);
    for (const path of ['model.qgt', 'report.json', 'page/index.html'] as const)
      await output.add({ path, bytes: NEW[path] });
    await output.commit();
  } finally {
    await output.close();
  }
}

/** The lock of a cut run names a dead process; this one lives on. */
const forgetLock = (folder: string) => rm(join(folder, '.qgt-run', 'lock.json'), { force: true });

async function operationsOfRun(folder: string): Promise<number> {
  await fill(folder);
  const counting = diskUntil(Number.POSITIVE_INFINITY, 'nothing');
  await run(folder, counting);
  assert.deepEqual(await contentsOf(folder), NEW);
  return counting.operations();
}

describe('a power cut after any operation on files', () => {
  for (const loss of [
    'nothing',
    'renames since the folder was last written to the disk',
  ] as const satisfies Loss[]) {
    it(`that loses ${loss} leaves the old state or the new one to a reader and to the next run`, () =>
      withFolder(async (parent) => {
        const folder = join(parent, 'out');
        const all = await operationsOfRun(folder);
        const seen = new Set<string>();
        for (let cut = 0; cut < all; cut++) {
          await fill(folder);
          await assert.rejects(run(folder, diskUntil(cut, loss)));
          await forgetLock(folder);
          await repairOutput(join(folder, 'model.qgt'));
          const found = await contentsOf(folder);
          const state = found['model.qgt'] === NEW['model.qgt'] ? 'new' : 'old';
          assert.deepEqual(found, state === 'new' ? NEW : OLD, `after ${cut} of ${all} operations`);
          seen.add(state);
          if (state === 'new') assert.equal(await holdsCheckpoint(folder), false, `after ${cut} operations`);
          await (await openOutput({ folder, force: true, files: [] })).close();
          assert.deepEqual(await contentsOf(folder), found);
          assert.equal((await readdir(folder)).includes('.qgt-run'), false, `after ${cut} operations`);
        }
        assert.deepEqual([...seen].sort(), ['new', 'old']);
      }));
  }

  it('leaves a state of a checkpoint as it was before or after it was replaced', () =>
    withFolder(async (folder) => {
      /** The second of two states, on a disk of its own. */
      const replace = async (fileSystem: FileSystem): Promise<unknown> => {
        const output = await openOutput({ folder, force: true, files: [] });
        await output.checkpoint.write('training-0', 'first', KEPT);
        const { write } = checkpointIn(folder, fileSystem, async () => {});
        await write('training-0', 'second', KEPT);
        await output.close();
        const again = await openOutput({ folder, force: false, files: [], resume: true });
        const found = await again.checkpoint.read('training-0');
        await again.close();
        return found;
      };
      const counting = diskUntil(Number.POSITIVE_INFINITY, 'nothing');
      assert.equal(await replace(counting), 'second');
      const loss = 'renames since the folder was last written to the disk';
      const found: unknown[] = [];
      for (let cut = 0; cut < counting.operations(); cut++) found.push(await replace(diskUntil(cut, loss)));
      assert.deepEqual([...new Set(found)], ['first']);
    }));
});
