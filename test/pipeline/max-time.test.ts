import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { createRandom } from '../../src/core/index.js';
import { startEngine } from '../../src/engine/index.js';
import type { CompressOptions, Report, RunControls } from '../../src/index.js';
import { evaluate, planCompression } from '../../src/index.js';
import { smallJob } from '../mixed-precision/small-job.js';
import { compress } from '../validated.js';
import { digits, saveFewDigits, withFolder } from './digits.js';
import { operation, placeholder, saveGraphModel } from './graph-folder.js';

/** Longer than any of these runs takes, or was begun ago where there is no time left: the machine's speed tells nothing. */
const AN_HOUR = { s: 3600, ms: 3_600_000 };

type Job = Partial<CompressOptions>;

/** Compresses digits in a run that began so long ago. */
async function run(folder: string, job: Job, agoMs = 0) {
  const warnings: string[] = [];
  const controls: RunControls = {
    startedAt: performance.now() - agoMs,
    onProgress: (event) => {
      if (event.kind === 'warning') warnings.push(event.text);
    },
  };
  const options = {
    model: digits.model,
    engine: 'embedded',
    batchSize: 16,
    output: join(folder, 'out'),
    force: true,
    ...job,
  } as const;
  const { report, files } = await compress(options, controls);
  return { report, warnings, bytes: await readFile(files[0]!), file: files[0]! };
}

/** Samples, of which five batches are trained on. */
const fewDigits = async (folder: string) => ({
  data: await saveFewDigits(95, folder),
  eval: await saveFewDigits(60, folder, 'test'),
});

/** Runs that began an hour ago, so that nothing is left of the time. */
const late = async (folder: string, job: Job) => run(folder, { maxTime: 20, ...job }, AN_HOUR.ms);

/** What the report says was left out. */
const leftOut = ({ notes }: Report): string =>
  notes.find((note) => note.startsWith('left out, since --max-time')) ?? '';

describe('--max-time', () => {
  before(async () => void (await startEngine('embedded')));

  it('without time left it trains a few steps, which --max-steps repeats, and names what it left out', () =>
    withFolder(async (folder) => {
      const job = { ...(await fewDigits(folder)), bits: 2, epochs: 50 } as const;
      const { report, file, warnings } = await late(folder, { ...job, roundingSteps: 20 });
      assert.equal(report.training!.maxSteps, 6);
      assert.equal(report.training!.roundingSteps, 0);
      assert.match(report.notes.join('\n'), /stopped after 6 of 250 steps/);
      assert.match(report.notes.join('\n'), /--max-steps 6 --rounding-steps 0 repeats this training/);
      const least = /^about 1 h 0 min is the least that this run takes, more than --max-time 20 s/;
      assert.match(warnings[0]!, least, 'said before anything is trained');
      assert.ok(report.notes.some((note) => least.test(note)));
      assert.match(
        leftOut(report),
        /augmentations.*block by block, as with --rounding-steps 0.*own noise.*grid costs/,
      );
      assert.ok(
        report.layers.every(({ outputSqnrDb, snapLoss }) => outputSqnrDb === null && snapLoss === null),
      );
      const { models } = await evaluate({ model: file, data: join(folder, 'few-test.npz') });
      assert.equal(models[0]!.metrics[0]!.value, report.metric!.after);
      const again = await run(folder, { ...job, maxSteps: 6, augment: 'none', roundingSteps: 0 });
      assert.deepEqual(again.report.training!.trace, report.training!.trace);
    }));

  it('where there is time, nothing is left out and the file is the same as without a limit', () =>
    withFolder(async (folder) => {
      const job = { bits: 2, epochs: 2, roundingSteps: 20, ...(await fewDigits(folder)) } as const;
      const free = await run(folder, job);
      const limited = await run(folder, { ...job, maxTime: AN_HOUR.s });
      assert.deepEqual(limited.bytes, free.bytes);
      assert.deepEqual(limited.report.notes, free.report.notes);
      assert.deepEqual(limited.report.layers, free.report.layers);
      assert.equal(limited.report.training!.maxSteps, null);
    }));

  it('without time left, widths for a size are not compared by training', () =>
    withFolder(async (folder) => {
      const { report } = await late(folder, { ...(await smallJob(folder)), maxBytes: 1700, epochs: 8 });
      assert.match(leftOut(report), /short trainings that compare widths/);
      assert.ok(report.totals.bytesAfter <= 1700);
      assert.deepEqual(
        report.allocation!.candidates.map(({ kind }) => kind).filter((kind) => kind === 'short'),
        [],
      );
    }));

  it('without time left, widths for a drop are trained once', () =>
    withFolder(async (folder) => {
      const { report } = await late(folder, { ...(await smallJob(folder)), maxDrop: 0.1, epochs: 8 });
      assert.match(leftOut(report), /training at the largest widths|further trainings in search of widths/);
      assert.equal(report.allocation!.candidates.length, 1);
    }));

  it('without time left, no larger steps are tried at 8 bits', () =>
    withFolder(async (folder) => {
      const { report, warnings } = await late(folder, { ...(await fewDigits(folder)), bits: 8, epochs: 0 });
      assert.match(
        warnings[0]!,
        /^about 1 h 0 min is the least .*: 1 h 0 min until now, .* for rounding, packing and measuring$/,
      );
      assert.match(leftOut(report), /steps larger than those of the converter/);
      assert.match(report.notes.join('\n'), /steps of one size, those of the converter's uint8 weights/);
    }));

  it('where nothing is trained and there is time, the file is the same as without a limit', () =>
    withFolder(async (folder) => {
      const job = { bits: 8, epochs: 0, data: await saveFewDigits(200, folder), eval: digits.test } as const;
      const free = await run(folder, job);
      const limited = await run(folder, { ...job, maxTime: AN_HOUR.s });
      assert.deepEqual(limited.bytes, free.bytes);
      assert.deepEqual(limited.report.notes, free.report.notes);
      assert.deepEqual(limited.warnings, free.warnings);
    }));

  it('without time left, widths of rounded weights for a drop are tried once', () =>
    withFolder(async (folder) => {
      const { report } = await late(folder, {
        ...(await fewDigits(folder)),
        bits: 'auto',
        maxDrop: 0.1,
        epochs: 0,
      });
      assert.match(leftOut(report), /further roundings in search of widths/);
      assert.equal(report.allocation!.candidates.length, 1);
    }));

  it('a GraphModel is rounded, packed and measured; the least is said first, and the rest is left out', () =>
    withFolder(async (folder) => {
      const random = createRandom(1);
      const values = Float32Array.from({ length: 8 * 4 }, () => random.normal());
      const nodes = [placeholder('x', [-1, 8]), operation('MatMul', 'y', ['x', 'kernel'])];
      const model = await saveGraphModel(folder, nodes, [{ name: 'kernel', shape: [8, 4], values }]);
      const { report, warnings } = await run(folder, { model, bits: 8, maxTime: 1 }, AN_HOUR.ms);
      assert.match(warnings[0]!, /^about 1 h 0 min is the least .* for rounding, packing and measuring$/);
      assert.match(leftOut(report), /steps larger than .* own noise/);
      assert.equal(report.layers.find(({ name }) => name === 'kernel')!.bits, 8);
    }));

  it('without data too, and few inputs are synthesised', () =>
    withFolder(async (folder) => {
      const { report } = await late(folder, {
        ...(await smallJob(folder)),
        data: undefined,
        bits: 2,
        epochs: 50,
      });
      assert.equal(report.data.synthesis!.shortened, true);
      assert.ok(report.notes.some((note) => note.startsWith('about 1 h 0 min is the least')));
      assert.match(leftOut(report), /own noise/);
    }));

  it('a plan expects no more than the limit where it can be kept', () =>
    withFolder(async (folder) => {
      const job = { model: digits.model, bits: 2, engine: 'embedded', epochs: 10_000 } as const;
      const data = await saveFewDigits(200, folder);
      const { expectedMs } = await planCompression({ ...job, data, maxTime: 60 });
      assert.equal(expectedMs, 60_000);
    }));
});
