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

const textsOf = (svg: Element): string[] =>
  [...svg.querySelectorAll('text')].map(({ textContent }) => textContent);

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
      'bytes',
      'accuracy-over-bytes',
      'candidates-over-bytes',
      'cost-over-bytes',
      'loss-over-epochs',
      'metric-over-epochs',
      'recovery-path',
      'sensitivity',
      'gain',
      'model-graph',
      'residual',
      'flips',
    ];
    const quantized = sampleReport.layers.flatMap(({ bits }, index) =>
      bits < 32 ? [`histogram-${index}`] : [],
    );
    assert.deepEqual(await idsOf(sampleReport), [...plots, ...quantized]);
    assert.deepEqual(
      (await idsOf(reports['nothing measured']!)).filter((id) => !id.startsWith('histogram')),
      ['bytes', 'noise'],
    );
  });

  it('tells how the model recovers layer by layer, and which layers interact', async () => {
    const { document } = parseHTML(await html.render(sampleReport));
    const told = document.querySelector('#recovery-path-desc, [id^=recovery-path] desc')!.textContent!;
    assert.match(
      told,
      /^as it is packed: 92\.2 %; 1: .*: 94\.4 %; 2: dense.*: 96\.1 %; 3: conv2d.*: 97\.7 %/,
    );
    const caption = document.querySelector('figure:has(svg[aria-labelledby^=recovery-path]) p')!.textContent!;
    assert.match(
      caption,
      /ranked by the mean .* interact \(.*\): together they give more back .*0\.13 and 0\.07/s,
    );
  });

  it('says that no layer holds it back where that was measured, and nowhere else', async () => {
    const layers = sampleReport.layers.map((layer) => ({
      ...layer,
      verdict: layer.verdict && { level: 'none' as const, rank: null, reason: null, remedies: [] },
    }));
    const fine = { ...analysis, advice: [], layers };
    const said = async (report: Report) => /holds (the compression|it) back/.test(await html.render(report));
    assert.ok(await said(fine));
    for (const unmeasured of [
      { ...fine, metric: null, sensitivity: null },
      { ...fine, sensitivity: null },
      { ...fine, sensitivity: null, layers: layers.map((layer) => ({ ...layer, verdict: null })) },
    ])
      assert.ok(!(await said(unmeasured)));
  });

  it('has whole epochs on its axes, each once', async () => {
    const [epoch] = sampleReport.training!.trace;
    for (const count of [2, 3, 12, 100]) {
      const trace = Array.from({ length: count }, (_, index) => ({ ...epoch!, epoch: index + 1 }));
      const { document } = parseHTML(
        await html.render({ ...sampleReport, training: { ...sampleReport.training!, trace } }),
      );
      const ticks = ['loss-over-epochs', 'residual'].map((id) =>
        textsOf(document.querySelector(`svg[aria-labelledby^="${id}-"]`)!).filter((text) =>
          /^\d+$/.test(text),
        ),
      );
      for (const texts of ticks) {
        assert.deepEqual(texts, [...new Set(texts)]);
        assert.ok(texts.length >= 2 && texts.length <= 8);
        assert.ok(texts.every((text) => Number(text) >= 1 && Number(text) <= count));
      }
    }
  });

  it('a metric that stays the same has ticks that can be read', async () => {
    const [epoch] = sampleReport.training!.trace;
    const trace = [1, 2, 3].map((number) => ({ ...epoch!, epoch: number, metric: 1 }));
    const candidates = sampleReport.allocation!.candidates.map((each) => ({ ...each, value: 1 }));
    const { document } = parseHTML(
      await html.render({
        ...sampleReport,
        training: { ...sampleReport.training!, trace },
        allocation: { ...sampleReport.allocation!, candidates, reference: 1 },
      }),
    );
    for (const id of ['metric-over-epochs', 'candidates-over-bytes']) {
      const svg = document.querySelector(`svg[aria-labelledby^="${id}"]`)!;
      const ticks = textsOf(svg)
        .map(Number)
        .filter((tick) => tick > 90);
      assert.ok(ticks.length >= 3 && ticks.includes(100), textsOf(svg).join(' '));
      for (const text of textsOf(svg)) assert.ok(text.length <= 11, text);
    }
  });

  it('lists the options that set something', async () => {
    const options = { bits: 2, layer: {}, require: [], uniform: false };
    const { document } = parseHTML(await html.render({ ...sampleReport, options }));
    const names = [...document.querySelectorAll('.facts dt')].map(({ textContent }) => textContent);
    assert.deepEqual(names.slice(-2), ['bits', 'uniform']);
  });

  it('the graph links each layer to its row, and has each at its own bits', async () => {
    const { document } = parseHTML(await html.render(analysis));
    const links = [...document.querySelectorAll('svg[aria-labelledby^="model-graph"] a')];
    assert.equal(links.length, analysis.layers.filter(({ bits }) => bits < 32).length);
    for (const link of links) {
      const row = document.getElementById(link.getAttribute('href')!.slice(1))!;
      const own = row.querySelector('th span')!.textContent;
      const layer = analysis.layers.find(({ name }) => name === own)!;
      assert.ok(link.textContent.includes(`${layer.bits} bits`), link.textContent);
    }
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
    it(`${name} ${view}: no error, no request, no sideways scrolling, nothing for axe`, async () => {
      const { page, complaints, requests } = await open(reports[name]!, width, scheme);
      const picture = await page.screenshot({ fullPage: true });
      assert.deepEqual({ complaints, requests }, { complaints: [], requests: [] });
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
      await page.evaluate(() => {
        for (const folded of document.querySelectorAll('details')) folded.open = true;
      });
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate(() => (window as unknown as { axe: typeof axe }).axe.run());
      assert.deepEqual(
        violations.map(({ id, nodes }) => [id, nodes.map(({ html: element }) => element)]),
        [],
      );
      const { channels } = await sharp(picture).stats();
      const brightness = brightnessOf(channels);
      assert.ok(scheme === 'dark' ? brightness < 64 : brightness > 192, `brightness ${brightness}`);
      await page.close();
    });
  }

  for (const width of [390, 1280]) {
    for (const name of ['a compression', 'an analysis']) {
      it(`${name}: how small, how good and what next stand above the fold at ${width} pixels, and the table has no gap`, async () => {
        const { page } = await open(reports[name]!, width, 'light');
        const bottom = async (selector: string) => {
          const box = (await page.locator(selector).boundingBox())!;
          return box.y + box.height;
        };
        const verdict = await page.locator('.verdict').textContent();
        assert.match(verdict!, /14\.5 times smaller, 0\.9 points lost/);
        for (const part of ['.verdict', '.steps'])
          assert.ok((await bottom(part)) <= 800, `${part} ends at ${await bottom(part)}`);
        assert.equal(await page.locator('.steps > li code').count(), 3);
        const head = (await page.locator('thead').first().boundingBox())!;
        assert.ok(head.height <= 40, `no gap above the heads of the table: ${head.height} pixels`);
        await page.close();
      });
    }
  }

  it('the labels of an axis do not touch one another', async () => {
    const { page } = await open(reports['a compression']!, 1280, 'light');
    const touching = await page.evaluate(() =>
      [...document.querySelectorAll('figure svg g')].flatMap((group) => {
        const boxes = [...group.querySelectorAll(':scope > text')].map((text) =>
          text.getBoundingClientRect(),
        );
        return boxes.flatMap((a, at) =>
          boxes
            .slice(at + 1)
            .filter(
              (b) => a.left < b.right && b.left < a.right && a.top < b.bottom - 2 && b.top < a.bottom - 2,
            )
            .map(() => group.textContent),
        );
      }),
    );
    assert.deepEqual(touching, []);
    await page.close();
  });

  it('the graph is made larger, scrolls, and leads to a row that was filtered away', async () => {
    const { page } = await open(analysis, 390, 'light');
    const width = async () => (await page.locator('.pan svg').boundingBox())!.width;
    const before = await width();
    for (let times = 0; times < 4; times++) await page.getByRole('button', { name: 'larger' }).click();
    assert.ok((await width()) > 1.5 * before);
    assert.match((await page.locator('.zoom .told').textContent())!, /scrolls/);
    await page.getByRole('button', { name: 'all of it' }).click();
    assert.ok((await width()) <= 390);
    await page.getByLabel('Layer', { exact: true }).fill('nothing of that name');
    await page.locator('.pan a').first().focus();
    await page.keyboard.press('Enter');
    await page.locator('tr:target').waitFor({ state: 'visible' });
    await page.close();
  });

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
