import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { startEngine } from '../../src/engine/index.js';
import type { CompressOptions, ProgressEvent } from '../../src/index.js';
import { compress } from '../validated.js';
import { digits, saveFewDigits, withFolder } from './digits.js';

describe('a rounding that is learned block by block', () => {
  before(async () => void (await startEngine('embedded')));

  it('is what the training starts from, is told of, and can be had again by the option that the report names', () =>
    withFolder(async (folder) => {
      const data = await saveFewDigits(95, folder);
      const steps: ProgressEvent[] = [];
      const run = async (options: Partial<CompressOptions>) => {
        const job = { model: digits.model, engine: 'embedded', data, bits: 2, epochs: 1 } as const;
        const onProgress = (event: ProgressEvent) => {
          if (event.kind === 'measuring' && event.what.startsWith('learning the rounding')) steps.push(event);
        };
        const { report, files } = await compress(
          { ...job, output: join(folder, 'out'), force: true, ...options },
          { onProgress },
        );
        return { training: report.training!, bytes: await readFile(files[0]!) };
      };
      const alone = await run({});
      assert.equal(alone.training.roundingSteps, 0, 'one epoch is too short for it');
      assert.equal(steps.length, 0);
      const learned = await run({ roundingSteps: 20 });
      assert.equal(learned.training.roundingSteps, 20);
      assert.ok(learned.training.trace[0]!.loss < alone.training.trace[0]!.loss);
      assert.equal(steps.length % 20, 0);
      assert.ok(steps.length > 0);
      const again = await run({ roundingSteps: learned.training.roundingSteps });
      assert.deepEqual(again.bytes, learned.bytes);
      assert.notDeepEqual(alone.bytes, learned.bytes);
    }));

  it('says why it was not learned, where it was asked for', () =>
    withFolder(async (folder) => {
      const data = await saveFewDigits(95, folder);
      const job = { model: digits.model, engine: 'embedded', data, bits: 2, epochs: 1 } as const;
      const output = join(folder, 'out');
      const { report } = await compress({ ...job, output, roundingSteps: 20, forward: 'float' });
      assert.equal(report.training!.roundingSteps, 0);
      assert.ok(report.notes.includes('--rounding-steps has no effect with --forward float'));
    }));
});
