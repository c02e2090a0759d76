import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { evaluate } from '../../src/index.js';
import { compressForChoice } from '../../src/pipeline/compress-for-choice.js';
import { digits, saveFewDigits, withFolder } from './digits.js';

describe('a compression that is to be chosen among others', () => {
  const options = { model: digits.model, bits: 2, epochs: 0, engine: 'embedded' } as const;

  it('is measured on samples held out that its report is not on', () =>
    withFolder(async (folder) => {
      const data = await saveFewDigits(1200, folder);
      const { report, choice } = await compressForChoice({ ...options, data, output: `${folder}/out` });
      // A tenth is held out; one half is to choose by, the other for the report.
      assert.equal(report.metric?.samples, 60);
      assert.equal(choice?.samples, 60);
      assert.equal(choice.on, 'samples held out to choose by');
    }));

  it('beside data to measure on, all that is held out is to choose by', () =>
    withFolder(async (folder) => {
      const data = await saveFewDigits(300, folder);
      const given = { ...options, data, eval: digits.test, output: `${folder}/out` };
      const { report, choice, output } = await compressForChoice(given);
      assert.equal(choice?.samples, 30);
      const measured = await evaluate({ model: output, data: digits.test });
      assert.equal(report.metric?.after, measured.models[0]!.metrics[0]!.value);
    }));

  it('has no figures to choose by where too few samples are held out for two parts', () =>
    withFolder(async (folder) => {
      const data = await saveFewDigits(60, folder);
      const { report, choice } = await compressForChoice({ ...options, data, output: `${folder}/out` });
      assert.equal(report.metric?.samples, 6);
      assert.equal(choice, null);
    }));
});
