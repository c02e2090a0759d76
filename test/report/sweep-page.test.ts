import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { type SweepFigures, sweepFormats } from '../../src/report/index.js';
import { createSweepReport, type UnjudgedTrial } from '../../src/report/sweep/create-sweep-report.js';
import { skipWithoutBrowser, startBrowser } from '../browser.js';
import { figures, unjudged } from './sweep-trials.js';

const html = sweepFormats.find(({ name }) => name === 'html')!;
/** Text of nine pixels is still read at arm's length. */
const LEAST_TEXT = 9;

/** Trials of a model whose files have these values of a metric. */
function trialsOf(model: string, values: readonly number[], metric: Partial<SweepFigures>): UnjudgedTrial[] {
  return values.map((value, index) => {
    const figuresOfIt = figures(value, { before: values[0]! * 1.01, drop: values.length - index, ...metric });
    const name = `bits=${index + 1} quantizer=non-uniform granularity=perChannel`;
    return {
      ...unjudged(name, 1000 * (index + 1) ** 2, value),
      id: `${model} ${index}`,
      model,
      group: model,
      choice: figuresOfIt,
      metric: figuresOfIt,
    };
  });
}

describe('the page of a sweep in a browser', { skip: skipWithoutBrowser() }, () => {
  let browser: Browser;
  before(async () => {
    browser = await startBrowser();
  });
  after(() => browser.close());

  const report = createSweepReport({
    folder: 'sweeps/of-many-models-and-with-a-long-name/',
    notes: [],
    limits: {},
    trials: [
      ...trialsOf('shares', [0.8331, 0.8402, 0.8489], {}),
      ...trialsOf('large', [21_834, 21_942, 28_143], { name: 'mae' }),
      ...trialsOf('small', [0.000_231, 0.000_219, 0.000_207], { name: 'mse' }),
      ...trialsOf('knee', [-0.5, 0.8, 0.81, 0.812], { name: 'r2' }),
    ],
  });

  for (const width of [390, 1200])
    it(`${width} pixels wide shows every text of its plots whole and large enough, and does not scroll sideways`, async () => {
      const page = await browser.newPage({ viewport: { width, height: 844 } });
      await page.setContent(await html.render(report));
      const found = await page.evaluate(() => ({
        width: document.documentElement.scrollWidth,
        texts: [...document.querySelectorAll('figure > svg')].flatMap((svg) => {
          const frame = svg.getBoundingClientRect();
          return [...svg.querySelectorAll('text')].map((text) => {
            const { left, right, top, bottom, height } = text.getBoundingClientRect();
            const isInside =
              left >= frame.left && right <= frame.right && top >= frame.top && bottom <= frame.bottom;
            return { text: text.firstChild?.textContent, isInside, height };
          });
        }),
      }));
      assert.equal(found.width, width);
      assert.ok(found.texts.length > 30);
      for (const { text, isInside, height } of found.texts)
        assert.ok(isInside && height >= LEAST_TEXT, `${text}: ${isInside}, ${height}`);
      await page.close();
    });
});
