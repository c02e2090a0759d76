import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'csv-parse/sync';
import { csv, json, markdown, type Report, reportFormats, reportSchema } from '../../src/report/index.js';
import { hostileReport, sampleReport } from './sample-report.js';

const reports: Record<string, Report> = {
  'a report': sampleReport,
  'hostile names': hostileReport,
  'nothing measured, nothing trained, nothing written': {
    ...sampleReport,
    command: 'analyze',
    output: null,
    metric: null,
    training: null,
    allocation: null,
    notes: [],
  },
  'no layers': { ...sampleReport, layers: [] },
};

describe('the samples', () => {
  for (const [name, report] of Object.entries(reports)) {
    it(`${name} is a report`, () => void reportSchema.parse(report));
  }
});

for (const format of reportFormats) {
  describe(`report format ${format.name}`, () => {
    it('has a name for the command line and a file of its own', () => {
      assert.match(format.name, /^[a-z]+$/);
      assert.match(format.fileName, /^report\.[a-z]+$/);
      assert.equal(reportFormats.filter(({ fileName }) => fileName === format.fileName).length, 1);
      assert.ok(format.describe.length > 0);
    });

    for (const [name, report] of Object.entries(reports)) {
      it(`renders ${name} the same each time, without a control character`, async () => {
        const text = await format.render(report);
        assert.equal(await format.render(structuredClone(report)), text);
        assert.ok(text.endsWith('\n') && !text.endsWith('\n\n'));
        assert.ok(!/[^\P{Cc}\n]/u.test(text));
      });
    }
  });
}

describe('json', () => {
  for (const [name, report] of Object.entries(reports)) {
    it(`${name}: reading it gives the report`, () =>
      assert.deepEqual(JSON.parse(json.render(report)), report));
  }
});

describe('csv', () => {
  const rowsOf = (report: Report) => parse(csv.render(report), { columns: true }) as Record<string, string>[];
  const figures = [
    'bits',
    'params',
    'floatBytes',
    'packedBytes',
    'bitsPerWeight',
    'sqnrDb',
    'outputSqnrDb',
    'chainSqnrDb',
    'residual',
  ] as const;

  for (const [name, report] of Object.entries(reports)) {
    it(`${name}: a row a tensor, with the report's own figures`, () => {
      const rows = rowsOf(report);
      assert.equal(rows.length, report.layers.length);
      for (const [index, layer] of report.layers.entries()) {
        for (const key of figures) {
          const cell = rows[index]![key]!;
          assert.equal(cell === '' ? null : Number(cell), layer[key]);
        }
        for (const key of ['normalizedError', 'clippedShare', 'entropyBits'] as const)
          assert.equal(rows[index]![key], String(layer.weights?.[key] ?? ''));
        assert.equal(rows[index]!.verdict, layer.verdict?.level ?? '');
        assert.equal(rows[index]!.shape, layer.shape.join('x'));
      }
    });
  }

  it('keeps commas and quotes in their cell, and lets no text be a formula', () => {
    const names = rowsOf(hostileReport).map(({ name }) => name);
    assert.deepEqual(names.slice(0, 3), [
      `'=HYPERLINK("http://x")`,
      'pipe|name\ufffdsecond line, "quoted"',
      "'-2+3",
    ]);
    const texts = rowsOf(hostileReport).flatMap(({ name, kind, reason, why, remedy, option }) => [
      name,
      kind,
      reason,
      why,
      remedy,
      option,
    ]);
    for (const text of texts) assert.ok(!/^\s*[=+\-@]/.test(text!), text);
  });

  for (const start of [
    '=',
    '+',
    '-',
    '@',
    '＝',
    '＋',
    '－',
    '＠',
    '﹦',
    '﹢',
    ' =',
    '\t=',
    '\r=',
    '\u3000＝',
  ]) {
    it(`a name that begins with ${JSON.stringify(start)} is no formula`, () => {
      const [layer] = sampleReport.layers;
      const [{ name } = { name: '' }] = rowsOf({
        ...sampleReport,
        layers: [{ ...layer!, name: `${start}1+1` }],
      });
      assert.equal(name![0], "'");
    });
  }
});

describe('markdown', () => {
  for (const [name, report] of Object.entries(reports)) {
    it(`${name}: every row of the table has the columns of its head`, () => {
      const table = markdown
        .render(report)
        .split('\n\n')
        .find((part) => part.startsWith('| Layer |'))!;
      const rows = table.split('\n');
      // A backslash takes a pipe its meaning.
      const counts = new Set(rows.map((row) => row.replace(/\\./g, '').split('|').length));
      assert.equal(counts.size, 1);
      const kernels = report.layers.filter(({ bits }) => bits < 32).length;
      const floats = kernels < report.layers.length ? 1 : 0;
      assert.equal(rows.length, 2 + kernels + floats);
    });
  }

  it('lets no name be markup', () => {
    const text = markdown.render(hostileReport);
    assert.ok(!text.includes('<script>'));
    assert.ok(text.includes('&lt;script&gt;'));
    assert.ok(text.includes('\\`code\\` \\*star\\* \\[link\\](http://x) \\_under\\_ conv_2d'));
    assert.ok(!/^## with a heading/m.test(text));
  });

  it('has the totals, the bottlenecks, the widths and the notes', () => {
    const text = markdown.render(sampleReport);
    assert.match(text, /886 kB → 61\.2 kB, \*\*14\.5 times smaller\*\*/);
    assert.match(
      text,
      /accuracy: 97\.8 % → 96\.9 %, 0\.9 points lost \(± 0\.6\), on 360 samples \(person\/test\)/,
    );
    assert.match(text, /^- features\/block_12_depthwise_expanded\/depthwise_kernel: its output loses/m);
    assert.match(text, /^### Widths, --max-drop kept$/m);
    assert.match(text, /^- 52\.1 kB, 17\.0 times smaller: predicted cost 0\.63$/m);
    assert.match(text, /^- \*\*61\.2 kB, .*cost 0\.21; 0\.85 points lost on held-out samples\*\*$/m);
    assert.match(text, /^- 2 of 1202 files could not be read/m);
  });
});
