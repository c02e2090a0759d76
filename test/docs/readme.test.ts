import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { urlOf } from './pages.js';

const read = (path: string) => readFileSync(urlOf(path), 'utf8');

describe('README', () => {
  it('compares by figures that the pages of measurements have', () => {
    const [table] = /^\| \| bytes \|[\s\S]*?\n\n/m.exec(read('README.md'))!;
    const measured = `${read('docs/results.md')}\n${read('docs/sizes.md')}`;
    const figures = [...table.matchAll(/\d{2,3},\d{3}|\d\d\.\d\d %/g)].map(([figure]) => figure);
    assert.ok(figures.length >= 20);
    for (const figure of figures) assert.ok(measured.includes(figure), figure);
  });

  it('says of its picture what the picture says', () => {
    const [, text] = /!\[The output of qgt demo: ([^\]]+)\]/.exec(read('README.md'))!;
    const [, ratio] = /size .*, ([\d.]+ times smaller)/.exec(read('docs/demo.svg'))!;
    assert.ok(text!.includes(ratio!), ratio);
  });
});
