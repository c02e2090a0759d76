import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'node:test';
import { fromFormerVersion, reportSchema } from '../../src/report/index.js';

/** Written by qgt when reports had version 2, shortened; its metric and sensitivity were made R2 by hand. */
const former = JSON.parse(await readFile(join(import.meta.dirname, 'report-v2.json'), 'utf8'));

it('a report of version 2 becomes one of version 3 with the same figures', () => {
  const report = reportSchema.parse(fromFormerVersion(former));
  const [epoch] = report.training!.trace;
  const [before] = former.training.trace;
  assert.deepEqual(
    [epoch!.guidance, epoch!.entropyPenalty, report.layers[0]!.snapLoss],
    [before.strength, before.price, former.layers[0].settlingLoss],
  );
  assert.deepEqual(report.data.inputRanges, [{ input: '', range: former.data.inputRange }]);
  assert.equal(report.metric!.drop, 100 * former.metric.drop);
  assert.deepEqual(report.allocation!.candidates, former.allocation.tries);
  assert.deepEqual(report.sensitivity!.bitWidths, former.sensitivity.widths);
});

it('what is no report of version 2 stays as it is', () => {
  for (const found of [null, 3, {}, { version: 1 }, { version: 3, metric: null }])
    assert.equal(fromFormerVersion(found), found);
});
