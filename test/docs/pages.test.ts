import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { pages, urlOf } from './pages.js';

describe('generated docs', () => {
  for (const { path, render } of pages) {
    it(`${path} is what the code says`, () => {
      const current = readFileSync(urlOf(path), 'utf8');
      assert.ok(current === render(current), `${path} is out of date: run npm run docs`);
    });
  }
});
