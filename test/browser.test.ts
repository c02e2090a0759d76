import assert from 'node:assert/strict';
import { it } from 'node:test';
import { skipWithoutBrowser, startBrowser } from './browser.js';

it('a page is opened in Chromium', { skip: skipWithoutBrowser() }, async () => {
  const browser = await startBrowser();
  try {
    const page = await browser.newPage();
    await page.setContent(
      '<!DOCTYPE html><title>before</title><script>document.title = [1, 2, 3].at(-1)</script>',
    );
    assert.equal(await page.title(), '3');
  } finally {
    await browser.close();
  }
});
