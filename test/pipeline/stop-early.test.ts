import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { startEngine } from '../../src/engine/index.js';
import { evaluate, reportSchema } from '../../src/index.js';
import { withSharedPaths } from '../../src/pipeline/shared-paths.js';
import { compress } from '../validated.js';
import { digits, saveFewDigits, withFolder } from './digits.js';

/** Trains on a few digits, and asks for the end after so many steps. */
async function compressUntil(step: number, folder: string, options: { readonly force?: boolean } = {}) {
  const end = new AbortController();
  const { report, files } = await compress(
    {
      model: digits.model,
      bits: 2,
      data: await saveFewDigits(95, folder),
      eval: await saveFewDigits(60, folder, 'test'),
      engine: 'embedded',
      epochs: 50,
      batchSize: 16,
      output: join(folder, 'out'),
      ...options,
    },
    {
      stopEarly: end.signal,
      onProgress: (event) => {
        if (event.kind === 'step' && event.step === step) end.abort();
      },
    },
  );
  return { report, files: files.map((file) => file.slice(folder.length + 1)) };
}

describe('a training that is asked to end', () => {
  before(async () => void (await startEngine('embedded')));

  it('ends after its step, and the file holds what it had learnt', () =>
    withFolder(async (folder) => {
      const { report, files } = await compressUntil(12, folder);
      assert.deepEqual(files, [join('out', 'model.qgt'), join('out', 'report.json')]);
      assert.equal(report.training?.epochsDone, 12 / 5);
      assert.match(
        report.notes[0]!,
        /the training was stopped: model\.qgt is what was trained by then; --resume/,
      );
      assert.ok(report.notes.some((note) => /stopped on demand after 12 of 250 steps/.test(note)));
      const written = reportSchema.parse(JSON.parse(await readFile(join(folder, files[1]!), 'utf8')));
      assert.deepEqual(written.metric, withSharedPaths(report).metric);
      const { models } = await evaluate({
        model: join(folder, files[0]!),
        data: join(folder, 'few-test.npz'),
      });
      assert.equal(models[0]!.metrics[0]!.value, report.metric!.after);
    }));

  it('leaves the file of a former run as it is, and its own beside it', () =>
    withFolder(async (folder) => {
      await compressUntil(6, folder);
      const former = await readFile(join(folder, 'out', 'model.qgt'));
      await writeFile(join(folder, 'out', 'theirs.txt'), 'theirs');
      const { report, files } = await compressUntil(12, folder, { force: true });
      assert.deepEqual(files, [join('out', 'model.partial.qgt')]);
      assert.match(report.notes[0]!, /model\.partial\.qgt is what was trained by then/);
      assert.deepEqual(await readFile(join(folder, 'out', 'model.qgt')), former);
      assert.deepEqual(
        (await readdir(join(folder, 'out'))).filter((name) => !name.startsWith('.')),
        ['model.partial.qgt', 'model.qgt', 'report.json', 'theirs.txt'],
      );
    }));

  it('is over when the file is measured: the file is finished, and what is not measured is said', () =>
    withFolder(async (folder) => {
      const options = {
        model: digits.model,
        bits: 2 as const,
        data: await saveFewDigits(60, folder),
        engine: 'embedded' as const,
        epochs: 1,
        output: join(folder, 'out'),
      };
      const whole = await compress(options);
      assert.equal(whole.isStopped, false);
      const packed = await readFile(whole.files[0]!);
      const end = new AbortController();
      const { report, files, isStopped } = await compress(
        { ...options, force: true, maxDrop: 5 },
        {
          stopEarly: end.signal,
          onProgress: (event) => {
            if (event.kind === 'stage' && event.text.startsWith('packing')) end.abort();
          },
        },
      );
      assert.equal(isStopped, false);
      assert.deepEqual(files, whole.files);
      assert.deepEqual(await readFile(files[0]!), packed);
      assert.equal(report.metric, null);
      assert.equal(report.checks[0]!.text, 'not measured, at most 5');
      assert.match(
        report.notes[0]!,
        /measuring was stopped: model\.qgt is finished, .* qgt eval measures it/,
      );
      assert.deepEqual(
        report.layers.map(({ packedBytes }) => packedBytes),
        whole.report.layers.map(({ packedBytes }) => packedBytes),
      );
      assert.deepEqual((await readdir(options.output)).sort(), ['model.qgt', 'report.json']);
    }));

  it('judges no layer that was rounded and not measured, which no limit on verdicts takes for kept', () =>
    withFolder(async (folder) => {
      const end = new AbortController();
      const { report } = await compress(
        {
          model: digits.model,
          bits: 4,
          data: await saveFewDigits(60, folder),
          engine: 'embedded',
          epochs: 0,
          failOn: 'bottleneck',
          output: join(folder, 'out'),
        },
        {
          stopEarly: end.signal,
          onProgress: (event) => {
            if (event.kind === 'stage' && event.text.startsWith('packing')) end.abort();
          },
        },
      );
      const [check] = report.checks;
      assert.deepEqual([check!.passed, check!.value], [false, null]);
      assert.match(check!.text, /^not measured for \d+ layers?, no bottleneck allowed$/);
    }));

  it('writes nothing where it had not begun', () =>
    withFolder(async (folder) => {
      const end = new AbortController();
      const running = compress(
        { model: digits.model, bits: 2, engine: 'embedded', output: join(folder, 'out') },
        {
          stopEarly: end.signal,
          onProgress: (event) => {
            if (event.kind === 'stage' && event.text.includes('synthesising')) end.abort();
          },
        },
      );
      await assert.rejects(running, { code: 'aborted' });
      assert.deepEqual(
        (await readdir(folder)).filter((name) => !name.startsWith('.')),
        [],
      );
    }));
});
