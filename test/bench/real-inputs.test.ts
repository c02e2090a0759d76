import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RealInputsRecord } from './real-inputs/record.js';
import { scoreOf } from './real-inputs/score.js';
import { subjects } from './real-inputs/subjects.js';
import { realInputsTable } from './real-inputs/table.js';

const rows = (width: number, ...values: number[]) => ({ values, width });

describe('a score on real inputs', () => {
  it('counts rows with the same largest value', () => {
    const float = rows(2, 0.9, 0.1, 0.2, 0.8, 0.6, 0.4, 0.3, 0.7);
    assert.equal(scoreOf('classes', float, rows(2, 0.6, 0.4, 0.7, 0.3, 0.9, 0.1, 0.1, 0.9)), 0.75);
  });

  it('counts values on the same side of one half', () => {
    assert.equal(scoreOf('labels', rows(2, 0.9, 0.1, 0.2, 0.8), rows(2, 0.6, 0.4, 0.7, 0.9)), 0.75);
  });

  it('takes noise about the mean of each column', () => {
    // Columns 1, 3 and 100, 104: variance sums to 2 + 8; errors of 0.1 twice: 0.02.
    const score = scoreOf('values', rows(2, 1, 100, 3, 104), rows(2, 1.1, 100, 3, 104.1));
    assert.ok(Math.abs(score - 10 * Math.log10(10 / 0.02)) < 1e-9);
    assert.equal(scoreOf('values', rows(1, 1, 2), rows(1, 1, 2)), Number.POSITIVE_INFINITY);
  });

  it('is no number where an output is none', () => {
    assert.ok(Number.isNaN(scoreOf('classes', rows(2, 1, 0), rows(2, Number.NaN, 0))));
  });
});

describe('the table of real inputs', () => {
  const subject = subjects.find(({ name }) => name === 'nnvis-mnist')!;
  const record = (score: number, changes: Partial<RealInputsRecord> = {}): RealInputsRecord => ({
    name: subject.name,
    version: 'abc1234',
    samples: 200,
    reported: [{ metric: 'agreement', after: 0.99, sqnrDb: 31.04 }],
    warnings: [],
    outputs: [{ kind: 'classes', score }],
    beside: { bytes: 950, uint8Bytes: 1000, uint8Scores: [0.97] },
    ...changes,
  });
  const cells = (records: readonly RealInputsRecord[]) =>
    realInputsTable([subject], records)
      .split('\n')
      .at(-1)!
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());

  it('says whether the mark is met and the report is honest', () => {
    assert.deepEqual(cells([record(0.98)]), [
      ...[
        'nnvis-mnist',
        'classes',
        'MNIST, 0..1',
        '200',
        '99.0 % (31.0 dB)',
        '',
        '98.0 %',
        '97.0 %',
        '950',
        '1,000',
        '0.950',
        'yes',
        'yes',
        'abc1234',
      ],
    ]);
    assert.deepEqual(cells([record(0.9)]).slice(11, 13), ['**no**', '**no**']);
    assert.deepEqual(cells([record(0.9, { warnings: ['one-class'] })]).slice(11, 13), ['**no**', 'yes']);
  });

  it('holds R2 of plain values against the share of the variance that is kept', () => {
    const plain = (after: number) =>
      record(10, {
        reported: [{ metric: 'r2', after, sqnrDb: null }],
        outputs: [{ kind: 'values', score: 10 }],
      });
    assert.deepEqual(cells([plain(0.92)]).slice(4, 7), ['R2 0.920', '', '10.0 dB']);
    assert.equal(cells([plain(0.92)])[12], 'yes');
    assert.equal(cells([plain(0.99)])[12], '**no**');
  });

  it('invents nothing', () => {
    assert.deepEqual(cells([]).slice(3), ['not run', ...Array(10).fill('')]);
  });
});
