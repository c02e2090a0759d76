// Writes the pages of docs, and parts of pages, that come from the code: npm run docs.
import { readFileSync, writeFileSync } from 'node:fs';
import { pages, urlOf } from './pages.js';

for (const { path, render } of pages) {
  const current = readFileSync(urlOf(path), 'utf8');
  const text = render(current);
  writeFileSync(urlOf(path), text);
  console.log(`${path}: ${text === current ? 'as it was' : 'written'}`);
}
