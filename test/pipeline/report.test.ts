import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { report } from '../../src/index.js';
import { html, type Report, reportFormats } from '../../src/report/index.js';
import { hostileReport, sampleReport } from '../report/sample-report.js';
import { withFolder } from './digits.js';

/** The report that is read from a file of this text. */
async function readBack(text: string, use: (folder: string, file: string) => string = (_, file) => file) {
  return withFolder(async (folder) => {
    const file = join(folder, 'report.json');
    await writeFile(file, text);
    return (await report({ run: use(folder, file) })).report;
  });
}

describe('report', () => {
  it('reads what was written, from the file or its folder, and every format is the same again', async () => {
    const text = JSON.stringify(sampleReport);
    for (const found of [await readBack(text), await readBack(text, (folder) => folder)]) {
      assert.deepEqual(found, sampleReport);
      for (const { name, render } of reportFormats)
        if (name !== 'json') assert.equal(await render(found), await render(sampleReport), name);
    }
  });

  it('brings a report of the version before up to date', async () => {
    const found = await readBack(
      await readFile(new URL('../report/report-v2.json', import.meta.url), 'utf8'),
    );
    assert.equal(found.version, 3);
    assert.match(await html.render(found), /<h1>/);
  });

  it('takes one without the keys that came later, and the bytes of its page still sum to the file', async () => {
    const { contents: _, advice: __, ...rest } = sampleReport;
    const layers = sampleReport.layers.map(({ codeBytes: ___, storedBytes: ____, ...layer }) => layer);
    const found = await readBack(JSON.stringify({ ...rest, layers }));
    const kernels = sampleReport.layers.filter(({ bits }) => bits < 32);
    const taken = kernels.reduce((sum, { packedBytes }) => sum + packedBytes, 0);
    const rest_ = sampleReport.totals.bytesAfter - taken;
    assert.match(await html.render(found), new RegExp(`all else: .* → ${(rest_ / 1000).toFixed(1)} kB`));
  });

  it('shows names of a stranger as text', async () => {
    const page = await html.render(await readBack(JSON.stringify(hostileReport)));
    assert.ok(!/<img|<script>alert/.test(page));
  });

  const refused: [string, string, RegExp][] = [
    ['no JSON', '{', /report\.json/],
    ['nested beyond reason', `${'['.repeat(1000)}${']'.repeat(1000)}`, /report\.json/],
    ['another thing', '{"a": 1}', /is no report of qgt/],
    ['a later version', JSON.stringify({ ...sampleReport, version: 4 }), /another version/],
    ['a figure that is a text', JSON.stringify({ ...sampleReport, seed: '1' }), /seed/],
  ];
  for (const [what, text, message] of refused)
    it(`refuses ${what}`, () => assert.rejects(readBack(text), { code: 'bad-report', message }));

  it('refuses a file that is not there', () =>
    assert.rejects(report({ run: '/nowhere/report.json' }), { code: 'not-found' }));

  const odd: Record<string, Partial<Report>> = {
    'a graph that leads nowhere': {
      graph: [
        { name: 'a', kind: 'A', inputs: [7, -1], weights: [] },
        { name: 'b', kind: 'B', inputs: [1], weights: ['dense/kernel'] },
        { name: 'c', kind: 'C', inputs: [2, 3], weights: [] },
        { name: 'd', kind: 'D', inputs: [2], weights: [] },
      ],
    },
    'rows of one name': { layers: sampleReport.layers.map((layer) => ({ ...layer, name: 'dense/kernel' })) },
    'no bytes at all': { totals: { ...sampleReport.totals, bytesAfter: 0, bytesBefore: 0, ratio: 0 } },
    'epochs before the first': {
      training: {
        ...sampleReport.training!,
        trace: sampleReport.training!.trace.map((epoch) => ({ ...epoch, epoch: -3, loss: -1e308 })),
      },
    },
  };
  for (const [what, changes] of Object.entries(odd))
    it(`draws ${what}, each id once`, async () => {
      const page = await html.render(await readBack(JSON.stringify({ ...sampleReport, ...changes })));
      const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
      assert.deepEqual(ids, [...new Set(ids)]);
    });
});
