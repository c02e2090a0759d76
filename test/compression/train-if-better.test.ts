import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { createRandom } from '../../src/core/index.js';
import { startEngine, tf } from '../../src/engine/index.js';
import { smallJob } from '../mixed-precision/small-job.js';
import { digits, saveFewDigits, withFolder } from '../pipeline/digits.js';
import { saveArrays, saveModel } from '../pipeline/saved-model.js';
import { compress } from '../validated.js';

type Options = Parameters<typeof compress>[0];

/** Compresses into a folder of its own; the file beside the report. */
async function run(options: Options, folder: string, name: string) {
  const { report, files } = await compress({
    engine: 'embedded',
    ...options,
    output: join(folder, name),
  });
  return { report, file: await readFile(files[0]!) };
}

const ruin = { epochs: 1, learningRate: 1 } as const;
const given = (notes: readonly string[]) => notes.find((note) => note.includes('only rounded')) ?? '';

const byRounding = (note: string) => Number(/by rounding (\S+)(?: % of their energy)?$/.exec(note)![1]);

/** The file has biases in bfloat16, what was compared has not. */
function assertNear(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 0.05 * expected, `${actual} for ${expected}`);
}

describe('training with data, held against rounding', () => {
  before(async () => void (await startEngine('embedded')));

  it('a training that made the loss worse is given up: the file is that of rounding, and is said to be', () =>
    withFolder(async (folder) => {
      const data = await saveFewDigits(300, folder);
      const job = { model: digits.model, data, bits: 4 } as const;
      const ruined = await run({ ...job, ...ruin }, folder, 'ruined');
      const rounded = await run({ ...job, epochs: 0 }, folder, 'rounded');
      assert.deepEqual(ruined.file, rounded.file);
      assert.equal(ruined.report.training, null);
      // Too few to be halved, so that the figures are on the samples that decided.
      const note = given(ruined.report.notes);
      assert.match(note, /^the training was given up.*on 30 samples held out the loss is/);
      assertNear(byRounding(note), rounded.report.metric!.loss!.after);
      assert.equal(given(rounded.report.notes), '');
    }));

  it('a training that made it better is kept, without a word', () =>
    withFolder(async (folder) => {
      const data = await saveFewDigits(300, folder);
      const job = { model: digits.model, data, bits: 2 } as const;
      const trained = await run({ ...job, epochs: 2 }, folder, 'trained');
      const rounded = await run({ ...job, epochs: 0 }, folder, 'rounded');
      assert.ok(trained.report.training !== null);
      assert.ok(trained.report.metric!.loss!.after < rounded.report.metric!.loss!.after);
      assert.equal(given(trained.report.notes), '');
    }));

  it('without labels the error of the outputs decides', () =>
    withFolder(async (folder) => {
      const random = createRandom(5);
      const model = tf.sequential({
        layers: [
          tf.layers.dense({ units: 16, activation: 'relu', inputShape: [8] }),
          tf.layers.dense({ units: 3 }),
        ],
      });
      const values = Float32Array.from({ length: 200 * 8 }, () => random.normal());
      const job = {
        model: await saveModel(model, folder),
        data: await saveArrays({ x: { values, shape: [200, 8] } }, folder),
        bits: 4,
      } as const;
      model.dispose();
      const ruined = await run({ ...job, ...ruin }, folder, 'ruined');
      const rounded = await run({ ...job, epochs: 0 }, folder, 'rounded');
      assert.deepEqual(ruined.file, rounded.file);
      const note = given(ruined.report.notes);
      assert.match(note, /the error of the outputs is \S+ % of their energy, by rounding/);
      assertNear(byRounding(note), 100 * 10 ** (-rounded.report.metric!.outputSqnrDb! / 10));
    }));

  it('a few samples tell by figures of their own, and where none vary the training is kept', () =>
    withFolder(async (folder) => {
      const random = createRandom(6);
      const model = tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [8] })] });
      const path = await saveModel(model, folder);
      const normal = (size: number) => Float32Array.from({ length: size }, () => random.normal());
      const xs = normal(12 * 8);
      const job = { model: path, bits: 4, epochs: 1 } as const;
      const few = await run({ ...job, data: { xs }, learningRate: 1 }, folder, 'few');
      const rounded = await run({ ...job, data: { xs }, epochs: 0 }, folder, 'rounded');
      const note = given(few.report.notes);
      assert.match(note, /on 2 samples held out the error of the outputs is/);
      assertNear(byRounding(note), 100 * 10 ** (-rounded.report.metric!.outputSqnrDb! / 10));
      const alike = { xs: xs.slice(0, 8) };
      for (const data of [alike, { ...alike, ys: normal(3) }]) {
        const { report } = await run({ ...job, data, force: true }, folder, 'alike');
        assert.ok(report.training !== null);
        assert.ok(report.notes.some((each) => each.startsWith('the trained weights were kept without')));
        assert.equal(given(report.notes), '');
      }
      // The loss of labels that don't vary is the same for all weights.
      const constant = { xs, ys: new Float32Array(12 * 3).fill(5) };
      const ruined = await run({ ...job, data: constant, learningRate: 1 }, folder, 'constant');
      assert.match(given(ruined.report.notes), /held out the error of the outputs is/);
    }));

  it('widths that were chosen are no worse than rounded either', () =>
    withFolder(async (folder) => {
      const job = { ...(await smallJob(folder)), maxBytes: 1700 };
      const ruined = await run({ ...job, ...ruin }, folder, 'ruined');
      assert.notEqual(given(ruined.report.notes), '');
      assert.equal(ruined.report.training, null);
      assert.ok(ruined.file.length <= 1700);
    }));
});
