import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { colourless } from '../../src/cli/colours.js';
import { diagnosisScreen } from '../../src/cli/screens/diagnosis.js';
import { differenceScreen } from '../../src/cli/screens/difference.js';
import { evaluationScreen } from '../../src/cli/screens/evaluation.js';
import { exportScreen } from '../../src/cli/screens/export.js';
import { initScreen } from '../../src/cli/screens/init.js';
import { inspectionScreen } from '../../src/cli/screens/inspection.js';
import { planScreen } from '../../src/cli/screens/plan.js';
import { reportScreen } from '../../src/cli/screens/report.js';
import { setUpScreen } from '../../src/cli/screens/setup.js';
import { sparkline } from '../../src/cli/screens/sparkline.js';
import type { ScreenStyle } from '../../src/cli/screens/style.js';
import { wrap } from '../../src/cli/screens/text.js';
import { shorten, shortenName } from '../../src/report/index.js';
import { hostileReport, sampleReport } from '../report/sample-report.js';
import {
  sampleDiagnosis,
  sampleDifference,
  sampleEvaluation,
  sampleExport,
  sampleInit,
  sampleInspection,
  samplePlan,
  sampleSetUp,
} from './fake-pipeline.js';

const style = (width: number): ScreenStyle => ({ width, colours: colourless, told: new Set() });
const files = ['person-2bit/model.qgt', 'person-2bit/report.json'];
const screens: Record<string, (style: ScreenStyle) => string> = {
  compress: (look) => reportScreen(sampleReport, files, look),
  'compress, hostile names': (look) => reportScreen(hostileReport, files, look),
  analyze: (look) => reportScreen({ ...sampleReport, output: null, metric: null }, [], look),
  plan: (look) => planScreen(samplePlan, look),
  inspect: (look) => inspectionScreen(sampleInspection, look),
  eval: (look) => evaluationScreen(sampleEvaluation, look),
  diff: (look) => differenceScreen(sampleDifference, look),
  'diff, nothing changed': (look) => differenceScreen({ ...sampleDifference, layers: [], notes: [] }, look),
  export: (look) => exportScreen(sampleExport, look),
  setup: (look) => setUpScreen(sampleSetUp, look),
  init: (look) => initScreen(sampleInit, look),
  doctor: (look) => diagnosisScreen(sampleDiagnosis, look),
};

/** Lines but for commands to copy, which are never broken. */
const linesOf = (text: string): string[] => text.split('\n').filter((line) => !line.startsWith('   qgt '));

for (const [name, screen] of Object.entries(screens)) {
  describe(`the screen of ${name}`, () => {
    for (const width of [40, 60, 80, 120]) {
      it(`keeps to ${width} columns, and sends the terminal no command`, () => {
        const text = screen(style(width));
        for (const line of linesOf(text)) assert.ok([...line].length <= width, `${line.length}: ${line}`);
        assert.ok(!/[^\P{Cc}\n]/u.test(text));
        assert.ok(text.endsWith('\n') && !text.endsWith('\n\n'));
      });
    }

    it('says more where there is more room', () => {
      const heads = (width: number) =>
        screen(style(width)).split('\n').slice(0, 8).join(' ').split(/\s+/).length;
      assert.ok(heads(60) <= heads(120));
    });
  });
}

describe('the screen of a report', () => {
  const wide = reportScreen(sampleReport, files, style(120));

  it('says which grid each layer is on where they are not all on one', () => {
    const [first, ...rest] = sampleReport.layers;
    const mixed = { ...sampleReport, layers: [{ ...first!, quantizer: 'codebook' }, ...rest] };
    assert.doesNotMatch(wide, /grid/);
    assert.match(reportScreen(mixed, files, style(160)), / bits +grid .*\n[\s\S]* 8 +codebook /);
  });

  it('has a row for each kernel, and one for all that stayed in float', () => {
    const all = reportScreen(sampleReport, files, style(160));
    assert.match(
      all,
      /^ {2}dense\/kernel +Dense +1024x1000 +2 +4\.10 MB +1\.22 kB +[▁▂▃▄▅▆▇█ ]{10} +9\.3 +8\.7 +– +0\.020$/m,
    );
    assert.match(wide, /^ {2}3 in float +32 +384 B +32\.7 kB$/m);
    assert.match(
      wide,
      /^in float +tensors +before +after\nbiases that took up BatchNorm +0 B +32\.3 kB\nBatchNorm +2 .* B\nbias: dense\/bias +1 .* B$/m,
    );
    assert.match(wide, /^report\.json lists them by name$/m);
    const analysis = reportScreen({ ...sampleReport, output: null }, [], style(120));
    assert.match(analysis, /^--format csv lists them by name$/m);
    assert.ok(!wide.includes('batch_normalization/gamma'));
  });

  it('has the cost at each width under its head, and says what the figures are', () => {
    const line = (start: RegExp) => wide.split('\n').find((each) => start.test(each))!;
    assert.match(wide, /cost at/);
    assert.match(line(/^ {2}conv2d\/kernel/), / 0\.020( |$)/);
    for (const said of [/dB: signal to rounding noise/, /QGT residual: /, /cost: how far the answers move/])
      assert.match(wide, said);
    const withNoise = (noise: number | null) =>
      reportScreen(
        {
          ...sampleReport,
          layers: sampleReport.layers.map((each) => ({ ...each, sqnrDb: 9, outputSqnrDb: noise })),
        },
        files,
        style(200),
      );
    assert.match(withNoise(null), /; –: no noise, no signal, or not measured/);
    assert.doesNotMatch(withNoise(9), /–: /);
    const none = {
      ...sampleReport,
      layers: sampleReport.layers.map((each) => ({ ...each, sensitivity: null })),
    };
    assert.doesNotMatch(reportScreen(none, files, style(120)), /cost at|cost: /);
  });

  it('has the next commands, each as the shell takes it', () => {
    const [first, ...others] = sampleReport.advice;
    const quoted = { ...first!, command: "qgt compress 'it'\\''s  a b' --layer '{a,b}=4' --bits 2" };
    const advice = [quoted, ...others];
    for (const width of [60, 120]) {
      const text = reportScreen({ ...sampleReport, advice }, files, style(width));
      for (const [index, { command }] of advice.entries()) {
        assert.match(text, new RegExp(`^${index + 1}\\. `, 'm'));
        assert.ok(text.includes(`\n   ${command}\n`), command);
      }
    }
  });

  it('marks a bottleneck, with its reason and remedy below', () => {
    assert.match(wide, /^! features\/block_12_depthwise_expanded/m);
    assert.match(
      wide.replace(/\s+/g, ' '),
      /its output loses .* others lose; .* at 4 bits: \+1\.8 points for 2,304 bytes \(--layer '.*=4'\)/,
    );
    const calm = sampleReport.layers.map((layer) => ({ ...layer, verdict: null }));
    assert.ok(!reportScreen({ ...sampleReport, layers: calm }, files, style(120)).includes('!'));
  });

  it('has the remedy that gains most first, the others as they stand in the model', () => {
    const table = wide.slice(0, wide.indexOf('\n\n'));
    const names = [...table.matchAll(/^[!· ] (\w+)/gm)].map(([, name]) => name);
    assert.deepEqual(names, ['layer', 'features', 'conv2d', 'dense', 'zero', '3']);
  });

  for (const width of [40, 200]) {
    it(`keeps to ${width} columns, and has the gain in them`, () => {
      const text = reportScreen(hostileReport, files, style(width));
      for (const line of linesOf(text)) assert.ok([...line].length <= width, line);
      assert.match(reportScreen(sampleReport, files, style(width)), /^! feat.* \+1\.8$/m);
    });
  }

  it('shows the widths that were chosen between those around them', () => {
    assert.match(wide, /^ +52\.1 kB +17\.0 +0\.63 +–$/m);
    assert.match(wide, /^> +61\.2 kB +14\.5 +0\.21 +0\.85$/m);
    assert.match(wide, /^ +230 kB +3\.8 +1\.2e-5 +–$/m);
    const given = reportScreen({ ...sampleReport, allocation: null }, files, style(120));
    assert.ok(!given.includes('predicted'));
  });

  it('ends with the totals and the code that loads the file', () => {
    assert.match(wide, /^size +886 kB → 61\.2 kB, 14\.5 times smaller$/m);
    assert.match(
      wide,
      /^accuracy +97\.8 % → 96\.9 %, 0\.9 points lost \(± 0\.6\), on 360 samples of person\/test$/m,
    );
    assert.match(wide, /^time +1 min 23 s on the embedded engine/m);
    assert.ok(
      wide.endsWith(
        "import { loadQgt } from 'qgt/runtime';\nconst model = await loadQgt('person-2bit/model.qgt', { tf });\n",
      ),
    );
  });

  it('a path is a string of JavaScript, whatever is in it', () => {
    const text = reportScreen({ ...sampleReport, output: "it's\\here.qgt" }, [], style(120));
    assert.ok(text.includes(String.raw`loadQgt('it\'s\\here.qgt', { tf })`));
  });

  /** The same figures as those of its only output. */
  const withOutput = (metric: NonNullable<typeof sampleReport.metric>) => {
    const { name, before, after, drop } = metric;
    return {
      ...metric,
      outputs: [
        {
          output: 'dense',
          metric: name,
          scale: null,
          before,
          after,
          drop,
          dropMargin: null,
          sqnrDb: null,
          answers: null,
          spread: null,
        },
      ],
    };
  };
  const metrics: [Partial<NonNullable<typeof sampleReport.metric>> | null, RegExp][] = [
    [null, /^accuracy +not measured$/m],
    [{ after: 0.99, drop: -1.2 }, /97\.8 % → 99\.0 %, 1\.2 points gained/],
    [{ name: 'r2', before: 0.98, after: 0.97, drop: 1 }, /^R2 +0\.980 → 0\.970, 0\.010 lost/m],
    [
      { name: 'agreement', against: 'float model', before: 1, after: 0.9 },
      /^agreement +90\.0 % with the float model, on 360 samples/m,
    ],
  ];
  for (const [change, expected] of metrics) {
    it(`metric ${JSON.stringify(change)}`, () => {
      const metric = change && withOutput({ ...sampleReport.metric!, ...change });
      assert.match(reportScreen({ ...sampleReport, metric }, [], style(120)), expected);
    });
  }

  it('leaves out the notes that were told', () => {
    const told = new Set([sampleReport.notes[0]!]);
    const text = reportScreen(sampleReport, [], { ...style(120), told });
    assert.ok(!text.includes(sampleReport.notes[0]!));
    assert.ok(text.includes(sampleReport.notes[1]!));
  });
});

describe('the screen of an evaluation', () => {
  it('has a note on both models once', () => {
    const notes = ['of both', 'of one', 'of both'];
    const text = evaluationScreen({ ...sampleEvaluation, notes }, style(80));
    assert.deepEqual(text.match(/^note: .*$/gm), ['note: of both', 'note: of one']);
    assert.match(
      text.replaceAll(/\s+/g, ' '),
      /agreement 98\.1 %.*, held against models\/person\/model\.json/,
    );
    assert.match(text, /^difference +0\.9 points lost \(± 0\.6\)$/m);
    assert.doesNotMatch(evaluationScreen({ ...sampleEvaluation, drop: null }, style(80)), /difference/);
  });
});

describe('sparkline', () => {
  const cases: [number[], number, string][] = [
    [[0, 1, 4, 8, 4, 1, 0], 10, ' ▁▄█▄▁ '],
    [[1, 0, 0, 1, 4, 4, 0, 0], 4, '▁▁█ '],
    [[1000, 1], 2, '█▁'],
    [[5], 3, '█'],
    [[0, 0], 2, '  '],
  ];
  for (const [counts, width, expected] of cases) {
    it(`${counts} in ${width}`, () => assert.equal(sparkline(counts, width), expected));
  }
});

describe('text', () => {
  const shortened: [(text: string, width: number) => string, string, number, string][] = [
    [shorten, 'abcdef', 6, 'abcdef'],
    [shorten, 'abcdefgh', 5, 'ab…gh'],
    [shorten, 'abc', 1, '…'],
    [shortenName, 'lstm_1/recurrent_kernel', 10, 'lstm_1/re…'],
    [shortenName, 'features/block_12_expand/kernel', 16, 'featur…expand/k…'],
    [shortenName, 'no_slash_in_it_at_all', 9, 'no_s…_all'],
  ];
  for (const [cut, text, width, expected] of shortened) {
    it(`${cut.name} ${text} to ${width}`, () => assert.equal(cut(text, width), expected));
  }

  it('wraps between words, and cuts those that are too long', () => {
    assert.equal(wrap('one two three', 8), 'one two\nthree');
    assert.equal(wrap('one twothreefour', 12, '  '), 'one\n  twothreefo\n  ur');
    assert.equal(wrap('\u001b[31mone two\u001b[39m', 8), '\u001b[31mone two\u001b[39m');
  });
});
