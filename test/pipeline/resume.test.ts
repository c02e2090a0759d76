import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { ProgressEvent } from '../../src/core/index.js';
import { compressAs } from '../../src/pipeline/compress-as.js';
import type { CompressOptions } from '../../src/pipeline/options/commands.js';
import { smallJob } from '../mixed-precision/small-job.js';
import { digits, withFolder } from './digits.js';
import { assertResumes, atStage, atStep, few, runUntil, runWhole } from './interrupted-run.js';

describe('a run that is cut off and resumed', () => {
  it('ends with the same bytes and the same report', () =>
    withFolder(async (folder) =>
      assertResumes(await few(folder), [atStep(2, 'signal'), atStep(5), atStage('packing', 'signal')]),
    ));

  it('without data too, the inputs included', () =>
    withFolder(async (folder) =>
      assertResumes(
        {
          ...(await smallJob(folder)),
          data: undefined,
          bits: 2,
          epochs: 1,
          synthesisSamples: 128,
          synthesisSteps: 1,
        },
        [atStage('synthesising inputs: 128'), atStep(2)],
      ),
    ));
});

describe('a run that is stopped beside the output of a former one, and resumed', () => {
  it('takes what it had written of its training away with its end', () =>
    withFolder(async (folder) => {
      const options = await few(folder);
      await runWhole({ ...options, epochs: 1 });
      await runUntil({ ...options, force: true }, atStep(3, 'stop'));
      assert.deepEqual((await readdir(options.output)).sort(), [
        '.qgt-run',
        'model.partial.qgt',
        'model.qgt',
        'report.json',
      ]);
      await runWhole({ ...options, resume: true });
      assert.deepEqual((await readdir(options.output)).sort(), ['model.qgt', 'report.json']);
    }));
});

/** Cuts a run off, and tries to resume it with other options. */
async function resumeOtherwise(given: Partial<CompressOptions>, before: Partial<CompressOptions> = {}) {
  return withFolder(async (folder) => {
    const options = await few(folder, before);
    await runUntil(options, atStep(3));
    return runWhole({ ...options, ...given, output: options.output, resume: true });
  });
}

describe('--resume', () => {
  it('names the options that are others, and their values', () =>
    assert.rejects(
      resumeOtherwise({ bits: 4, learningRate: 0.001 }),
      /--bits, --learning-rate: not as in .*, got --bits 4, --learning-rate 0\.001, expected --bits 2, --learning-rate left out; give the same again/,
    ));

  it('refuses other data, and data that was changed', () =>
    withFolder(async (folder) => {
      const options = await few(folder);
      await runUntil(options, atStep(3));
      await assert.rejects(
        runWhole({ ...options, data: digits.train, resume: true }),
        /--resume: --data: not as in the interrupted run/,
      );
      await utimes(join(folder, 'few.npz'), new Date(), new Date());
      await assert.rejects(runWhole({ ...options, resume: true }), /--data: not as in the interrupted run/);
    }));

  it('refuses modules whose text was changed, wherever they are', () =>
    withFolder(async (folder) => {
      const [layers, moved] = [join(folder, 'layers.mjs'), join(folder, 'moved.mjs')];
      await writeFile(layers, 'export default () => {};');
      const options = await few(folder, { require: [layers] });
      await runUntil(options, atStep(3));
      await writeFile(moved, 'export default () => { /* other */ };');
      await assert.rejects(
        runWhole({ ...options, require: [moved], resume: true }),
        /--resume: --require: not as in the interrupted run, got --require \w{16}, expected --require \w{16};/,
      );
      await writeFile(moved, 'export default () => {};');
      await runWhole({ ...options, require: [moved], resume: true });
    }));

  it('takes another limit and another time, unless the limit is what is aimed at', async () => {
    const { report } = await resumeOtherwise({ maxTime: 3600, maxBytes: 100_000, report: ['csv'] });
    assert.equal(report.training?.epochsDone, 2);
    await assert.rejects(
      resumeOtherwise({ maxBytes: 5000 }, { entropyPenalty: 'auto', maxBytes: 4000 }),
      /--max-bytes: not as in the interrupted run, got --max-bytes 5000, expected --max-bytes 4000/,
    );
  });

  it('keeps the checkpoint where a metric of the user fails that did not before, resumed or not', () =>
    withFolder(async (folder) => {
      const flag = join(folder, 'fail');
      const metric = join(folder, 'metric.mjs');
      await writeFile(
        metric,
        `import { existsSync } from 'node:fs';
        export const better = 'higher';
        export default ({ predictions }) => {
          if (existsSync(${JSON.stringify(flag)})) throw new Error('no table');
          return predictions[0];
        };`,
      );
      const options = await few(folder, { metric });
      const onProgress = (event: ProgressEvent) => {
        if (atStep(3).at(event)) writeFileSync(flag, '');
      };
      const pace = { withinMs: 0, maxShare: 1e9 };
      await assert.rejects(compressAs(options, { onProgress }, { pace }), /the metric failed: no table/);
      await assert.rejects(runWhole({ ...options, resume: true }), /the metric failed: no table/);
      await rm(flag);
      await runWhole({ ...options, resume: true });
    }));

  it('refuses a damaged checkpoint before any work, and says how to begin anew', () =>
    withFolder(async (folder) => {
      const options = await few(folder);
      await runUntil(options, atStep(3));
      const state = join(options.output, '.qgt-run', 'checkpoint', 'training-0.ckpt');
      const bytes = await readFile(state);
      bytes[bytes.length - 100]! ^= 1;
      await writeFile(state, bytes);
      await assert.rejects(
        runWhole({ ...options, resume: true }),
        /training-0\.ckpt: the checkpoint is damaged; leave out --resume and give --force/,
      );
      await assert.rejects(runWhole(options), /checkpoint of an interrupted run; give --resume .* --force/);
      await runWhole({ ...options, epochs: 1, force: true });
      assert.deepEqual((await readdir(options.output)).sort(), ['model.qgt', 'report.json']);
    }));
});
