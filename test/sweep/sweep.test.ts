import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { digits, withFolder } from '../pipeline/digits.js';
import { run, show, sweepOfDigits, tableOf } from './claimants.js';

describe('qgt sweep', () => {
  it('keeps trials that fail, adds others, and runs nothing twice', () =>
    withFolder(async (folder) => {
      const output = join(folder, 'sweep');
      const options = await sweepOfDigits(folder, []);
      const layer = join(folder, 'spec.json');
      const grid = { layer: [{}, { 'no-such-layer': 4 }] };
      await writeFile(layer, JSON.stringify({ models: [{ model: digits.model }], grid }));
      const [, , ...rest] = options;
      const failed = await run(['sweep', layer, ...rest, '-o', output], 1);
      assert.match(failed.out, /failed: .*no-such-layer/);
      const before = await show(output, 1);
      assert.deepEqual(before.trials.map(({ state }) => state).sort(), ['done', 'failed']);
      const done = before.trials.find(({ state }) => state === 'done')!;
      const result = join(output, 'trials', done.id, 'result.json');
      const text = await readFile(result, 'utf8');
      const more = await run([...options, '--bits', '4,2', '-o', output], 1);
      assert.equal([...more.err.matchAll(/of 3 trials/g)].length, 1, more.err);
      assert.equal(await readFile(result, 'utf8'), text);
      assert.equal((await show(output, 1)).trials.length, 3);
    }));

  it('runs one part of the trials', () =>
    withFolder(async (folder) => {
      const output = join(folder, 'sweep');
      await run([...(await sweepOfDigits(folder, ['--bits', '2,3,4'])), '-o', output, '--prepare']);
      await run(['sweep', 'run', output, '--index', '1', '--of', '3']);
      assert.deepEqual(
        (await show(output)).trials.map(({ name, state }) => [name, state]),
        [
          ['bits=2', 'open'],
          ['bits=3', 'done'],
          ['bits=4', 'open'],
        ],
      );
    }));

  it('tells of a result that is damaged and of a file that is gone, recommends the others, and makes them again', () =>
    withFolder(async (folder) => {
      const output = join(folder, 'sweep');
      const options = [...(await sweepOfDigits(folder, ['--bits', '2,3,4,8'])), '-o', output];
      await run(options);
      const whole = await show(output);
      const [damaged, folderOfThatName, gone, kept] = whole.trials.map(({ id }) =>
        join(output, 'trials', id),
      );
      await writeFile(join(damaged!, 'result.json'), '{"version": 1');
      await rm(join(folderOfThatName!, 'result.json'));
      await mkdir(join(folderOfThatName!, 'result.json', 'anything'), { recursive: true });
      await rm(join(gone!, 'out', 'model.qgt'));
      const { trials, recommendations } = await show(output, 1);
      assert.deepEqual(
        trials.map(({ state }) => state),
        ['failed', 'failed', 'failed', 'done'],
      );
      assert.match(trials[0]!.error!, /result\.json: is not what `qgt sweep` wrote.*--retry/);
      assert.match(trials[1]!.error!, /result\.json: EISDIR.*--retry/);
      assert.match(trials[2]!.error!, /model\.qgt: the file of a finished trial is gone; .*--retry/);
      assert.equal(join(output, 'trials', recommendations[0]!.trial!), kept);
      await run(['sweep', 'run', output, '--retry']);
      assert.deepEqual(tableOf(await show(output)), tableOf(whole));
    }));

  it('refuses to go on with what another version ran, and still shows it', () =>
    withFolder(async (folder) => {
      const output = join(folder, 'sweep');
      const options = [...(await sweepOfDigits(folder, ['--bits', '2'])), '-o', output];
      await run(options);
      const path = join(output, 'sweep.json');
      const { trainedBy, ...plan } = JSON.parse(await readFile(path, 'utf8')) as { trainedBy: string };
      for (const other of [{ trainedBy: 'qgt 0.0.1, training 3' }, {}]) {
        await writeFile(path, JSON.stringify({ ...plan, ...other }));
        for (const again of [options, ['sweep', 'run', output]]) {
          const { err } = await run(again, 2);
          assert.ok(err.includes(other.trainedBy ?? 'an earlier version'), err);
          assert.ok(err.includes(trainedBy), err);
        }
        assert.equal((await show(output)).trials[0]!.state, 'done');
      }
    }));

  it('goes on where its damaged plan was deleted, as the error says', () =>
    withFolder(async (folder) => {
      const output = join(folder, 'sweep');
      const options = [...(await sweepOfDigits(folder, ['--bits', '2'])), '-o', output];
      await run(options);
      const { id } = (await show(output)).trials[0]!;
      const result = join(output, 'trials', id, 'result.json');
      const text = await readFile(result, 'utf8');
      await writeFile(join(output, 'sweep.json'), '{');
      assert.match((await run(options, 2)).err, /delete it, and run the sweep again/);
      await rm(join(output, 'sweep.json'));
      await run(options);
      assert.equal(await readFile(result, 'utf8'), text);
      assert.equal((await show(output)).trials[0]!.state, 'done');
    }));

  it('refuses a folder of something else, and a folder without a sweep', () =>
    withFolder(async (folder) => {
      const options = await sweepOfDigits(folder, []);
      const refused = await run([...options, '-o', folder], 2);
      assert.match(refused.err, /the folder is not empty, and holds no sweep/);
      assert.match((await run(['sweep', 'run', folder], 2)).err, /holds no sweep \(no sweep\.json\)/);
      assert.match((await run(['sweep', 'run'], 2)).err, /no <folder> given/);
      await writeFile(join(folder, 'sweep.json'), '{}');
      assert.match((await run(['sweep', 'show', folder], 2)).err, /is not what `qgt sweep` wrote/);
    }));
});
