import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import * as tf from '../../src/engine/tf.js';
import { loadQgt } from '../../src/runtime/index.js';
import { skipWithoutBrowser, startBrowser } from '../browser.js';
import { startCpu } from '../cpu-engine.js';
import { digits } from '../pipeline/digits.js';
import { compress } from '../validated.js';
import { buildRuntime } from './bundle.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const CDN = /^https:\/\/cdn\.jsdelivr\.net\/npm\/(@tensorflow\/[a-z-]+)@[\d.]+\/(dist\/.*)$/;

describe('docs/example in Chromium', { skip: skipWithoutBrowser() }, () => {
  let folder: string;
  let packed: string;
  let runtime: string;
  let browser: Browser;
  let model: tf.LayersModel;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'qgt-test-'));
    runtime = join(folder, 'runtime.js');
    await buildRuntime(runtime);
    const job = { model: digits.model, data: digits.train, bits: 2, epochs: 0, inputRange: '0..1' } as const;
    packed = (await compress({ ...job, engine: 'embedded', output: join(folder, 'out') })).files[0]!;
    await startCpu();
    model = await loadQgt(packed, { tf, kind: 'layers' });
    browser = await startBrowser();
  });
  after(async () => {
    await browser.close();
    await rm(folder, { recursive: true });
  });

  /** The file that stands for a URL; what a CDN has comes from node_modules. */
  function fileFor(url: string): string {
    const [, name, path] = CDN.exec(url) ?? [];
    if (name !== undefined) return join(root, 'node_modules', name, path!);
    const { pathname } = new URL(url);
    if (pathname === '/dist/runtime.js') return runtime;
    return pathname === '/digits-2bit/model.qgt' ? packed : join(root, pathname);
  }

  async function openPage(query: string): Promise<{ page: Page; errors: Error[] }> {
    const page = await browser.newPage();
    const errors: Error[] = [];
    page.on('pageerror', (error) => errors.push(error));
    await page.route('**/*', (route) =>
      route.fulfill({
        path: fileFor(route.request().url()),
        headers: { 'access-control-allow-origin': '*' },
      }),
    );
    await page.goto(`https://qgt.test/docs/example/index.html${query}`);
    return { page, errors };
  }

  const inksOf = (page: Page): Promise<number[]> =>
    page
      .locator('#pad i')
      .evaluateAll((cells) =>
        cells.map((cell) => Number((cell as HTMLElement).style.getPropertyValue('--ink'))),
      );

  async function assertAnswers(page: Page, inks: number[]): Promise<void> {
    const meters = page.locator('meter');
    const shares = await meters.evaluateAll((all) => all.map((meter) => (meter as HTMLMeterElement).value));
    const expected = (model.predict(tf.tensor4d(inks, [1, 8, 8, 1])) as tf.Tensor).dataSync();
    assert.equal(shares.length, expected.length);
    for (const [digit, share] of shares.entries()) {
      assert.ok(Math.abs(share - expected[digit]!) < 1e-4, `${digit}: ${share}, here ${expected[digit]}`);
    }
  }

  for (const backend of ['wasm', 'cpu']) {
    it(`answers on the ${backend} backend what Node answers, within 1e-4`, async () => {
      const { page, errors } = await openPage(`?backend=${backend}`);
      await page.getByText(`computed by the ${backend} backend`).waitFor();
      for (const name of ['0', '4', '9']) {
        await page.getByRole('button', { name }).click();
        const inks = await inksOf(page);
        assert.ok(inks.some((ink) => ink > 0));
        await assertAnswers(page, inks);
      }
      assert.deepEqual(errors, []);
      await page.close();
    });
  }

  it('classifies what is drawn', async () => {
    const { page } = await openPage('?backend=cpu');
    await page.getByText('computed by the cpu backend').waitFor();
    await page.locator('#pad i').first().click();
    await page.mouse.down();
    await page.locator('#pad i').last().hover();
    await page.mouse.up();
    const inks = await inksOf(page);
    assert.deepEqual([inks[0], inks[63], inks[7]], [1, 1, 0]);
    await assertAnswers(page, inks);
    await page.close();
  });

  it('takes a file that the user chooses, and says what is wrong with another', async () => {
    const { page } = await openPage('?backend=cpu');
    await page.setInputFiles('#file', { name: 'odd.qgt', mimeType: '', buffer: Buffer.from('<html>') });
    await page.getByText('odd.qgt: not a .qgt file').waitFor();
    await page.setInputFiles('#file', packed);
    await page.getByText('computed by the cpu backend').waitFor();
    await page.close();
  });
});
