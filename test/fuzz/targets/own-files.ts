import { createHash } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openOutput } from '../../../src/files/index.js';
import { ownPaths } from '../../../src/files/own-folder.js';
import { decodeRecord, encodeRecord } from '../../../src/files/record.js';
import { readRun } from '../../../src/pipeline/run-facts.js';
import { mutateBytes } from '../mutate-bytes.js';
import { mutateJson } from '../mutate-json.js';
import { fromSeeds, seededInput } from '../seeded-input.js';
import type { Target } from '../target.js';

const LINE_END = 10;

const jsonOf = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

/** What an interrupted run left in an output folder: the list of its files, its lock. */
export const outputFolders: Target = {
  name: 'output',
  share: 5,
  async setUp(folder) {
    const journal = { version: 1, files: ['model.qgt', 'sub/report.json'], state: 'finished' };
    const lock = { host: 'elsewhere', pid: 1, began: null, since: '2026-01-01T00:00:00.000Z' };
    const paths = ownPaths(folder);
    const files = [paths.journal, paths.lock];
    return {
      make: fromSeeds([jsonOf(journal), jsonOf(lock)], mutateJson),
      async run(input) {
        const { seed, bytes } = seededInput(input);
        await rm(paths.folder, { recursive: true, force: true });
        await mkdir(paths.staged, { recursive: true });
        await writeFile(join(paths.staged, 'model.qgt'), 'staged');
        await writeFile(files[seed]!, bytes);
        if (seed === 0) await readRun(folder);
        else await (await openOutput({ folder, force: true, files: ['model.qgt'] })).close();
      },
    };
  },
};

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
