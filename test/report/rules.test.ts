import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { flagOf, optionsByGroup } from '../../src/pipeline/options/index.js';
import { checkReport, type Limits, type Report, rules, type Verdict } from '../../src/report/index.js';
import { sampleReport } from './sample-report.js';

const judge = (report: Report, limits: Limits) => checkReport(report, { ...limits, check: {} })[0]!;

describe('rules', () => {
  it('are named as their options are, once each', () => {
    assert.equal(new Set(rules.map(({ name }) => name)).size, rules.length);
    for (const { name, option } of rules) {
      assert.equal(flagOf(option), name);
      assert.ok(optionsByGroup.Limits.includes(option));
    }
  });

  const { metric, totals, allocation } = sampleReport;
  const plain: Report = { ...sampleReport, allocation: null };
  const withMetric = (changes: Partial<NonNullable<typeof metric>>, options = {}): Report => {
    const measured = { ...metric!, before: 0.978, after: 0.9691, ...changes };
    return {
      ...plain,
      options,
      metric: { ...measured, drop: 100 * (measured.before - measured.after) },
    };
  };
  const withDrop = (drop: number, options: Record<string, unknown>): Report => ({
    ...withMetric({}, options),
    allocation: { ...allocation!, goal: { option: 'max-drop', limit: 1, value: drop, met: drop <= 1 } },
  });

  const cases: [string, Report, Limits, boolean, number | null, string][] = [
    ['a file of that size', plain, { maxBytes: 61_235 }, true, 61_235, '61,235 bytes, at most 61,235'],
    ['a byte more', plain, { maxBytes: 61_234 }, false, 61_235, '61,235 bytes, at most 61,234'],
    ['small enough', plain, { minRatio: 14.4755 }, true, 14.4755, '14.48 times smaller, at least 14.48'],
    ['not small enough', plain, { minRatio: 15 }, false, totals.ratio, '14.48 times smaller, at least 15'],
    [
      'few points',
      withMetric({ before: 0.5, after: 0.25 }),
      { maxDrop: 25 },
      true,
      25,
      '25 points of accuracy lost, at most 25',
    ],
    [
      'too many',
      withMetric({ before: 0.5, after: 0.25 }),
      { maxDrop: 24.9 },
      false,
      25,
      '25 points of accuracy lost, at most 24.9',
    ],
    [
      'nothing to lose',
      {
        ...withMetric({ before: 0.1, after: 0.12 }),
        warnings: [{ code: 'unlike-labels', text: 'right on 10.0 % of 50 samples, no better than chance' }],
      },
      { maxDrop: 5 },
      false,
      null,
      'not measured, at most 5',
    ],
    [
      'a gain',
      withMetric({ before: 0.25, after: 0.5 }),
      { maxDrop: 0 },
      true,
      -25,
      '25 points of accuracy gained, at most 0',
    ],
    [
      'R2 in hundredths',
      withMetric({ name: 'r2', before: 0.75, after: 0.5 }),
      { maxDrop: 1 },
      false,
      25,
      '25 hundredths of R2 lost, at most 1',
    ],
    [
      'agreement',
      withMetric({ name: 'agreement', before: 1, after: 0.75 }),
      { maxDrop: 1 },
      false,
      25,
      '25 points of agreement lost, at most 1',
    ],
    [
      'nothing measured',
      { ...plain, metric: null },
      { maxDrop: 100 },
      false,
      null,
      'not measured, at most 100',
    ],
    [
      'a search that kept it',
      withDrop(0.5, {}),
      { maxDrop: 0.6 },
      true,
      0.5,
      '0.5 points of accuracy lost, at most 0.6',
    ],
    [
      'a search that did not',
      withDrop(0.7, {}),
      { maxDrop: 0.6 },
      false,
      0.7,
      '0.7 points of accuracy lost, at most 0.6',
    ],
    [
      'a search that kept it, but not on --eval',
      withDrop(0.5, { eval: 'test' }),
      { maxDrop: 0.6 },
      false,
      0.89,
      '0.89 points of accuracy lost, at most 0.6',
    ],
    [
      'a search that did not, but on --eval',
      withDrop(2, { eval: 'test' }),
      { maxDrop: 1 },
      false,
      2,
      '2 points of accuracy lost, at most 1',
    ],
    ['little noise', plain, { minSqnr: 17.2 }, true, 17.2, '17.2 dB at the outputs, at least 17.2'],
    ['noise', plain, { minSqnr: 18 }, false, 17.2, '17.2 dB at the outputs, at least 18'],
    [
      'no noise',
      withMetric({ outputSqnrDb: null }),
      { minSqnr: 90 },
      true,
      null,
      'no noise at the outputs, at least 90',
    ],
    [
      'one sample, which does not vary',
      withMetric({ outputSqnrDb: null, samples: 1 }),
      { minSqnr: -90 },
      false,
      null,
      'not measured, at least -90',
    ],
    ['no outputs', { ...plain, metric: null }, { minSqnr: -90 }, false, null, 'not measured, at least -90'],
  ];
  for (const [name, report, limits, passed, value, text] of cases) {
    it(`${Object.keys(limits)[0]}: ${name} ${passed ? 'passes' : 'fails'}`, () => {
      const check = judge(report, limits);
      assert.deepEqual([check.passed, check.text, check.level], [passed, text, 'error']);
      if (value === null) assert.equal(check.value, null);
      else assert.ok(Math.abs(check.value! - value) < 1e-9);
    });
  }

  it('without limits nothing is checked', () =>
    assert.deepEqual(checkReport(sampleReport, { check: {} }), []));

  it('a level turns a check off, or into a warning', () => {
    const limits = { maxBytes: 1, minRatio: 99, maxDrop: 0 };
    const checks = checkReport(plain, { ...limits, check: { maxBytes: 'off', maxDrop: 'warn' } });
    assert.deepEqual(
      checks.map(({ rule, level, passed }) => [rule, level, passed]),
      [
        ['min-ratio', 'error', false],
        ['max-drop', 'warn', false],
      ],
    );
  });
});

describe('fail-on', () => {
  const withLevels = (...levels: readonly Verdict['level'][]): Report => {
    const [layer] = sampleReport.layers;
    const layers = levels.map((level, index) => ({
      ...layer!,
      name: `layer_${index}`,
      verdict: { level, rank: null, reason: null, remedies: [] },
    }));
    return { ...sampleReport, layers };
  };
  const mixed = withLevels('none', 'bottleneck', 'watch', 'watch', 'watch', 'bottleneck');
  const cases: [Report, Limits['failOn'], boolean, number, string][] = [
    [withLevels('none', 'none'), 'watch', true, 0, 'no layer is watch or bottleneck'],
    [withLevels('watch', 'none'), 'bottleneck', true, 0, 'no layer is bottleneck'],
    [withLevels('watch', 'none'), 'watch', false, 1, '1 layer is watch or bottleneck, none allowed: layer_0'],
    [mixed, 'bottleneck', false, 2, '2 layers are bottleneck, none allowed: layer_1, layer_5'],
    [
      mixed,
      'watch',
      false,
      5,
      '5 layers are watch or bottleneck, none allowed: layer_1, layer_2, layer_3 and 2 more',
    ],
  ];
  for (const [report, failOn, passed, value, text] of cases) {
    it(text, () => {
      const check = judge(report, { failOn });
      assert.deepEqual([check.passed, check.value, check.text], [passed, value, text]);
    });
  }

  it('is not kept where a layer was not judged, unless the others fail it already', () => {
    const unjudged = withLevels('none', 'watch');
    const [first, ...others] = unjudged.layers;
    const report = { ...unjudged, layers: [{ ...first!, verdict: null }, ...others] };
    const { passed, value, text } = judge(report, { failOn: 'bottleneck' });
    assert.deepEqual([passed, value, text], [false, null, 'not measured for 1 layer, no bottleneck allowed']);
    assert.equal(judge(report, { failOn: 'watch' }).value, 1);
  });

  it('has no say over what stayed in float', () => {
    const floats = sampleReport.layers.filter(({ verdict }) => verdict === null);
    assert.ok(floats.length > 0);
    assert.ok(judge({ ...sampleReport, layers: floats }, { failOn: 'watch' }).passed);
  });
});
