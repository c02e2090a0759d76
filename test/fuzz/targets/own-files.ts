import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Random } from '../../../src/core/index.js';
import { withOutput } from '../../../src/files/index.js';
import { ownPaths } from '../../../src/files/own-folder.js';
import { decodeRecord, encodeRecord } from '../../../src/files/record.js';
import { readRun } from '../../../src/pipeline/run-facts.js';
import { sampleReport } from '../../report/sample-report.js';
import { mutateBytes } from '../mutate-bytes.js';
import { mutateJson } from '../mutate-json.js';
import { seededInput } from '../seeded-input.js';
import { pick, type Target } from '../target.js';

const LINE_END = 10;

/** Files that a journal or a note may name, some of them nobody's business. */
const PATHS = [
  'model.qgt',
  'sub/report.json',
  'own.txt',
  '../other.txt',
  'sub/../../other.txt',
  'link/other.txt',
  'sub',
  '/other.txt',
  '..\\other.txt',
  '.qgt-run/lock.json',
  '.qgt-run',
  './../other.txt',
  '',
  'x'.repeat(300),
  '__proto__',
];
const [STAGED, OTHERS] = ['staged', 'of somebody else'];

/** Notes of a run by kind, whole but for the files that they name. */
const NOTES: Readonly<Record<string, (paths: readonly string[], random: Random) => unknown>> = {
  journal: (files, random) => ({ version: 1, files, state: pick(random, ['finished', 'unfinished']) }),
  lock: () => ({ host: 'elsewhere', pid: 1, began: null, since: '2026-01-01T00:00:00.000Z' }),
  checkpoint: (paths, random) => {
    const files = paths.map((path) => ({
      path,
      sha256: sha256(Buffer.from(pick(random, [STAGED, OTHERS]))),
    }));
    // What is as the run wrote it goes with it.
    return {
      identity: {},
      force: random.next() < 0.5,
      files: files.filter(({ path }) => path !== 'own.txt'),
    };
  },
};
const KINDS = Object.keys(NOTES);

/** An output folder with a file of somebody else's in it, one beside it, and a link that leads there. */
async function makeFolder(place: string): Promise<string> {
  const output = join(place, 'out');
  const { staged, checkpoint } = ownPaths(output);
  await rm(place, { recursive: true, force: true });
  for (const folder of [join(staged, 'sub'), checkpoint, join(output, 'sub')])
    await mkdir(folder, { recursive: true });
  for (const file of ['model.qgt', 'sub/report.json', 'other.txt'])
    await writeFile(join(staged, file), STAGED);
  await writeFile(join(output, 'report.json'), JSON.stringify(sampleReport));
  for (const file of [join(place, 'other.txt'), join(output, 'own.txt')]) await writeFile(file, OTHERS);
  for (const folder of [output, staged]) await symlink(place, join(folder, 'link'));
  return output;
}

/** A record of a state, where the bytes are JSON; else they are the record. */
function recordOf(bytes: Uint8Array): Uint8Array {
  try {
    return Buffer.concat([...encodeRecord(JSON.parse(Buffer.from(bytes).toString()))]);
  } catch {
    return bytes;
  }
}

/** What an interrupted run left in an output folder: the list of its files, its lock, what it has written. */
export const outputFolders: Target = {
  name: 'output',
  share: 5,
  async setUp(folder) {
    const place = join(folder, 'place');
    return {
      make(random) {
        const kind = random.below(KINDS.length);
        const paths = Array.from({ length: random.below(4) }, () => pick(random, PATHS));
        const whole = Buffer.from(JSON.stringify(NOTES[KINDS[kind]!]!(paths, random)));
        return Buffer.concat([
          Buffer.of(kind),
          random.next() < 0.5 ? whole : mutateJson(whole, [whole], random),
        ]);
      },
      async run(input) {
        const { seed, bytes } = seededInput(input);
        const output = await makeFolder(place);
        const { lock, journal, checkpoint } = ownPaths(output);
        try {
          if (KINDS[seed] === 'journal') {
            await writeFile(journal, bytes);
            await readRun(output);
          } else if (KINDS[seed] === 'lock') {
            await writeFile(lock, bytes);
            await utimes(lock, 0, 0);
            await useOutput(output, false);
          } else {
            await writeFile(join(checkpoint, 'run.ckpt'), recordOf(bytes));
            await useOutput(output, true);
          }
        } finally {
          assert.deepEqual((await readdir(place)).sort(), ['other.txt', 'out']);
          for (const file of [join(place, 'other.txt'), join(output, 'own.txt')])
            assert.equal(await readFile(file, 'utf8'), OTHERS);
        }
      },
    };
  },
};

/** Finishes a run in the folder. */
async function useOutput(folder: string, resume: boolean): Promise<void> {
  const place = { folder, force: !resume, resume, files: ['model.qgt'] };
  await withOutput(place, async (output) => {
    await output.add({ path: 'model.qgt', bytes: Buffer.from('new') });
    await output.commit('finished');
  });
}

/** States of a training, with right checksums. */
export const checkpointStates: Target = {
  name: 'checkpoint',
  share: 8,
  async setUp() {
    const state = {
      step: 3,
      name: 'a',
      weights: Float32Array.of(1, 2, 3),
      map: new Map([['a', [1]]]),
      at: null,
    };
    const whole = Buffer.concat([...encodeRecord(state)]);
    const end = whole.indexOf(LINE_END) + 1;
    const head = JSON.parse(whole.subarray(0, end).toString());
    const body = whole.subarray(end);
    return {
      make: (random) => mutateBytes(body, [body], random),
      async run(input) {
        const structureBytes = Math.min(head.structureBytes, input.length);
        const mended = {
          ...head,
          structureBytes,
          structureSha256: sha256(input.subarray(0, structureBytes)),
          numbersSha256: sha256(input.subarray(structureBytes)),
        };
        const record = Buffer.concat([Buffer.from(`${JSON.stringify(mended)}\n`), input]);
        const read = async (target: Uint8Array, position: number) =>
          target.set(record.subarray(position, position + target.length));
        await decodeRecord({ size: record.length, read }, 'state');
      },
    };
  },
};

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
