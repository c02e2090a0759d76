import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, it } from 'node:test';
import { startEngine } from '../../src/engine/index.js';
import { planCompression } from '../../src/index.js';
import { openSession, timeSynthesis } from '../../src/session/index.js';
import { smallJob } from '../mixed-precision/small-job.js';
import { analyze, compress } from '../validated.js';
import { digits, withFolder } from './digits.js';
import { saveArrays } from './saved-model.js';

const AN_HOUR = 3_600_000;

before(async () => void (await startEngine('embedded')));

it('what was stated and what it took count from the start of the run, not from the call', () =>
  withFolder(async (folder) => {
    const controls = { startedAt: performance.now() - AN_HOUR };
    const { model } = await smallJob(folder);
    const rounding = { model, bits: 8, engine: 'embedded', synthesisSamples: 8, synthesisSteps: 1 } as const;
    const job = { ...rounding, epochs: 1, maxSteps: 1 };
    const { report } = await compress({ ...job, output: join(folder, 'out') }, controls);
    assert.ok(report.totals.durationMs > AN_HOUR);
    const plan = await planCompression(job, controls);
    assert.ok(plan.expectedMs! > AN_HOUR);
    assert.ok(plan.efforts.every(({ expectedMs }) => expectedMs > AN_HOUR));
    assert.ok((await analyze(rounding, controls)).report.totals.durationMs > AN_HOUR);
  }));

it('few samples have more epochs of an effort, in the plan, in the training and in its notes', () =>
  withFolder(async (folder) => {
    const { model } = await smallJob(folder);
    const values = Float32Array.from({ length: 40 * 32 }, (_, i) => Math.sin(i));
    const data = await saveArrays({ x: { values, shape: [40, 32] } }, folder);
    const job = { model, data, bits: 2, effort: 'low', engine: 'embedded' } as const;
    // 36 samples are left to train on: one step of 32.
    const { efforts } = await planCompression(job);
    assert.deepEqual(
      efforts.map(({ epochs }) => epochs),
      [96, 320, 1280, 3840],
    );
    const { report } = await compress({ ...job, output: join(folder, 'out') });
    assert.equal(report.options.epochs, 96);
    assert.ok(!('epochsBy' in report.options));
    assert.match(report.notes.join(), /few samples: 96 epochs in place of 3,/);
    const given = await compress({ ...job, epochs: 3, output: join(folder, 'given') });
    assert.doesNotMatch(given.report.notes.join(), /few samples/);
  }));

it('more inputs in more steps are estimated to take longer, up to the limit of time', async () => {
  const session = await openSession({ model: digits.model, require: [], engine: 'embedded' }, () => {});
  const estimate = async (samples: number, steps: number, maxMs?: number) => {
    const wish = { worth: 'training', samples, steps, maxMs } as const;
    const { count, ms } = await timeSynthesis(session, { synthesis: wish, seed: 0 });
    assert.equal(count, samples);
    return ms;
  };
  const few = await estimate(16, 6);
  assert.ok(few > 0);
  assert.ok((await estimate(16 * 40, 60)) > 20 * few);
  assert.equal(await estimate(16 * 40, 60, 1), 1);
  assert.equal(await estimate(16, 0), 0);
  session.liveModel.dispose();
});
