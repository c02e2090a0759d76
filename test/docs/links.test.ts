import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const pages = ['.', 'docs', 'docs/decisions', 'fixtures', 'test', 'test/bench'].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
);

const proseOf = (text: string): string => text.replace(/^```[\s\S]*?^```$/gm, '').replace(/`[^`\n]*`/g, '');

/** The anchors that GitHub gives to headings. */
function anchorsOf(text: string): Set<string> {
  const seen = new Map<string, number>();
  const headings = text.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/^#+ (.+)$/gm);
  return new Set(
    [...headings].map(([, heading]) => {
      const slug = heading!
        .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replace(/\s/g, '-');
      const times = seen.get(slug) ?? 0;
      seen.set(slug, times + 1);
      return times === 0 ? slug : `${slug}-${times}`;
    }),
  );
}

describe('links in the docs', () => {
  for (const page of pages) {
    it(`${page}: lead to files and headings that are there`, () => {
      const text = readFileSync(join(root, page), 'utf8');
      for (const [, target] of proseOf(text).matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^[a-z]+:/.test(target!)) continue;
        const [path, anchor] = target!.split('#');
        const file = path === '' ? join(root, page) : join(root, dirname(page), path!);
        assert.ok(existsSync(file), `${target}: no such file`);
        if (anchor === undefined || !file.endsWith('.md')) continue;
        const anchors = anchorsOf(readFileSync(file, 'utf8'));
        assert.ok(anchors.has(anchor), `${target}: ${relative(root, file)} has no such heading`);
      }
    });
  }

  it('every page of docs is in the index', () => {
    const index = readFileSync(join(root, 'docs/README.md'), 'utf8');
    for (const name of readdirSync(join(root, 'docs')))
      if (name.endsWith('.md') && name !== 'README.md') assert.ok(index.includes(`(${name})`), name);
    for (const name of readdirSync(join(root, 'docs/decisions')))
      assert.ok(index.includes(`(decisions/${name})`), name);
  });
});
