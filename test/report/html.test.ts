import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { parseHTML } from 'linkedom';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { html, type Report } from '../../src/report/index.js';
import { skipWithoutBrowser, startBrowser } from '../browser.js';
import { checkedReport, hostileReport, sampleReport } from './sample-report.js';

const analysis: Report = {
  ...sampleReport,
  command: 'analyze',
  output: null,
  training: null,
  allocation: null,
};
const reports: Record<string, Report> = {
  'a compression': checkedReport,
  'an analysis': analysis,
  'hostile names': hostileReport,
  'nothing measured': {
    ...analysis,
    metric: null,
    sensitivity: null,
    layers: sampleReport.layers.map((layer) => ({ ...layer, sensitivity: null })),
    graph: [],
    notes: [],
  },
  'no layers': { ...analysis, layers: [] },
};

describe('the HTML report', () => {
  for (const [name, report] of Object.entries(reports)) {
    it(`${name}: its markup is what it wrote itself, each id is there once, each picture has a text`, async () => {
      const { document } = parseHTML(await html.render(report));
      const names = new Set([...document.querySelectorAll('*')].map(({ localName }) => localName));
      for (const foreign of ['img', 'b', 'iframe', 'object']) assert.ok(!names.has(foreign), foreign);
      assert.ok(document.querySelectorAll('script').length <= 1);
      assert.equal(
        document.querySelectorAll('title').length,
        1 + document.querySelectorAll('svg title').length,
      );
      const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
      assert.deepEqual(ids, [...new Set(ids)]);
      for (const svg of document.querySelectorAll('svg:not([aria-hidden])')) {
        const texts = svg.getAttribute('aria-labelledby')!.split(' ');
        for (const id of texts) assert.notEqual(document.getElementById(id)!.textContent, '');
      }
      assert.doesNotMatch(document.body.outerHTML, /NaN|undefined|Infinity|\[object/);
    });
  }

  it('says which limits were kept', async () => {
    const { document } = parseHTML(await html.render(checkedReport));
    const lines = [...document.querySelectorAll('.limits li')].map(({ textContent }) => textContent);
    assert.deepEqual(
      lines.map((line) => line.replace(/ --.*/, '')),
      checkedReport.checks.map(({ passed, level }) =>
        passed ? '✓ kept' : `${level === 'error' ? '▲' : '●'} not kept`,
      ),
    );
    for (const [index, { text }] of checkedReport.checks.entries()) assert.ok(lines[index]!.endsWith(text));
  });

  it('loads nothing: every address in it is a place in it', async () => {
    const { document } = parseHTML(await html.render(sampleReport));
    for (const element of document.querySelectorAll('[src], [href]')) {
      assert.match(element.getAttribute('src') ?? element.getAttribute('href')!, /^(#|data:,$)/);
    }
  });

  it('draws what the report has: a picture for each figure, a bar chart for each quantized tensor', async () => {
    const idsOf = async (report: Report) =>
      [...parseHTML(await html.render(report)).document.querySelectorAll('svg[aria-labelledby]')].map((svg) =>
        svg.getAttribute('aria-labelledby')!.replace(/-title.*/, ''),
      );
    const plots = [
      'accuracy-over-bytes',
      'cost-over-bytes',
      'gain',
      'sensitivity',
      'residual',
      'flips',
      'model-graph',
    ];
    const quantized = sampleReport.layers.flatMap(({ bits }, index) =>
      bits < 32 ? [`histogram-${index}`] : [],
    );
    assert.deepEqual(await idsOf(sampleReport), [...plots, ...quantized]);
    assert.deepEqual(
      (await idsOf(reports['nothing measured']!)).filter((id) => !id.startsWith('histogram')),
      [],
    );
  });
});

describe('the HTML report in Chromium', { skip: skipWithoutBrowser() }, () => {
  let browser: Browser;
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'qgt-html-'));
    browser = await startBrowser();
  });
  after(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Opens a report from its file; whatever it asks for or complains of is kept. */
  async function open(report: Report, width: number, colorScheme: 'light' | 'dark') {
    const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
    const file = pathToFileURL(join(folder, 'report.html')).href;
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
    await writeFile(new URL(file), await html.render(report));
    await page.goto(file);
    return { page, complaints, requests: requests.filter((url) => url !== file && url !== 'data:,') };
  }

  const views: [string, keyof typeof reports, number, 'light' | 'dark'][] = [
    ['on a phone', 'a compression', 390, 'light'],
    ['on a phone in the dark', 'an analysis', 390, 'dark'],
    ['on a desktop', 'an analysis', 1280, 'light'],
    ['on a desktop in the dark', 'a compression', 1280, 'dark'],
    ['on a phone', 'hostile names', 390, 'light'],
  ];
  for (const [view, name, width, scheme] of views) {
    it(`${name} ${view}: no error, no request, no sideways scrolling, nothing serious for axe`, async () => {
      const { page, complaints, requests } = await open(reports[name]!, width, scheme);
      const picture = await page.screenshot({ fullPage: true });
      assert.deepEqual({ complaints, requests }, { complaints: [], requests: [] });
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate(() => (window as unknown as { axe: typeof axe }).axe.run());
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      assert.deepEqual(
        serious.map(({ id, nodes }) => [id, nodes.map(({ html: element }) => element)]),
        [],
      );
      const { channels } = await sharp(picture).stats();
      const brightness = brightnessOf(channels);
      assert.ok(scheme === 'dark' ? brightness < 64 : brightness > 192, `brightness ${brightness}`);
      await page.close();
    });
  }

  const brightnessOf = (channels: readonly { mean: number }[]) =>
    channels.slice(0, 3).reduce((sum, { mean }) => sum + mean / 3, 0);
  const firstColumn = (page: Page) => page.locator('tbody tr:visible th span').allTextContents();

  it('the table is sorted and filtered from the keyboard', async () => {
    const { page } = await open(analysis, 1280, 'light');
    const kernels = analysis.layers.filter(({ bits }) => bits < 32);
    assert.equal((await firstColumn(page))[0], 'features/block_12_depthwise_expanded/depthwise_kernel');
    const bytes = page.getByRole('columnheader', { name: 'Bytes' });
    await bytes.getByRole('button').focus();
    await page.keyboard.press('Enter');
    assert.equal(await bytes.getAttribute('aria-sort'), 'descending');
    const falling = kernels
      .toSorted((a, b) => b.packedBytes - a.packedBytes)
      .map(({ packedBytes }) => packedBytes);
    const shown = async () =>
      (await firstColumn(page)).map((name) => kernels.find((kernel) => kernel.name === name)!.packedBytes);
    assert.deepEqual(await shown(), falling);
    await page.keyboard.press('Space');
    assert.equal(await bytes.getAttribute('aria-sort'), 'ascending');
    assert.deepEqual(await shown(), falling.toReversed());
    await page.getByLabel('Layer', { exact: true }).focus();
    await page.keyboard.type('DENSE/ 2');
    assert.deepEqual(await firstColumn(page), ['dense/kernel']);
    assert.equal(await page.getByRole('status').textContent(), `1 of ${kernels.length}`);
    await page.getByLabel('Layer', { exact: true }).fill('');
    await page.getByLabel('Verdict').selectOption('bottleneck');
    assert.deepEqual(await firstColumn(page), ['features/block_12_depthwise_expanded/depthwise_kernel']);
  });

  it('paper is white, and has all rows and no controls', async () => {
    const { page } = await open(analysis, 794, 'dark');
    await page.emulateMedia({ media: 'print' });
    assert.ok(await page.locator('.filter').isHidden());
    const cut = await page.evaluate(
      () =>
        [...document.querySelectorAll('.scroll')].filter(
          ({ clientHeight, scrollHeight }) => scrollHeight > clientHeight + 1,
        ).length,
    );
    assert.equal(cut, 0);
    const { channels } = await sharp(await page.screenshot({ fullPage: true })).stats();
    assert.ok(brightnessOf(channels) > 192);
  });
});
