import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { json, type Report } from '../../src/report/index.js';
import { hostileReport, sampleReport } from './sample-report.js';

const published = new URL('../../docs/report.schema.json', import.meta.url);
const parsed = (report: Report) => JSON.parse(json.render(report)) as Record<string, unknown>;

describe('docs/report.schema.json', () => {
  const validate = new Ajv2020({ strict: true }).compile(JSON.parse(readFileSync(published, 'utf8')));
  const accepted: [string, object][] = [
    ['a report', parsed(sampleReport)],
    ['hostile names', parsed(hostileReport)],
    [
      'nothing measured',
      parsed({ ...sampleReport, metric: null, training: null, allocation: null, output: null }),
    ],
    ['a key from a later qgt', { ...parsed(sampleReport), extra: 1 }],
    // JSON has no infinity: it becomes null, which the schema has for it.
    [
      'no noise at all',
      parsed({ ...sampleReport, layers: [{ ...sampleReport.layers[0]!, sqnrDb: Infinity }] }),
    ],
  ];
  for (const [name, report] of accepted) {
    it(`accepts ${name}`, () => assert.ok(validate(report), JSON.stringify(validate.errors)));
  }

  const refused: [string, object][] = [
    ['another version', { ...parsed(sampleReport), version: 1 }],
    ['no totals', { ...parsed(sampleReport), totals: undefined }],
    ['a layer without a name', { ...parsed(sampleReport), layers: [{ bits: 2 }] }],
    ['a metric without a name', { ...parsed(sampleReport), metric: { ...sampleReport.metric, name: null } }],
  ];
  for (const [name, report] of refused) {
    it(`refuses ${name}`, () => assert.ok(!validate(JSON.parse(JSON.stringify(report)))));
  }
});
