import assert from 'node:assert/strict';
import { parse } from 'csv-parse/sync';
import { unzipSync } from 'fflate';
import { parseHTML } from 'linkedom';
import { SaxesParser } from 'saxes';

/** Controls but for the end of a line, separators of lines, halves of characters, what turns the direction. */
const UNPRINTABLE = /[^\P{Cc}\n]|[\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}]/u;

/** What GitHub obeys at the start of a line, Azure and TeamCity anywhere in one. */
const COMMAND = /^\s*::|##(vso|teamcity)?\[/m;

/** Any text that is shown: no character of it does more than stand there. */
export function checkText(text: string): void {
  assert.doesNotMatch(text, UNPRINTABLE);
}

/** What goes to a log that a CI system reads. */
export function checkLog(text: string): void {
  checkText(text);
  assert.doesNotMatch(text, COMMAND);
}

/** A table for a spreadsheet: no cell of text is a formula, none leaves its row. */
export function checkCsv(text: string, rows: number): void {
  checkText(text);
  const [head, ...found] = parse(text) as string[][];
  assert.equal(found.length, rows);
  for (const cells of found) {
    assert.equal(cells.length, head!.length);
    for (const cell of cells)
      if (Number.isNaN(Number(cell))) assert.doesNotMatch(cell.normalize('NFKC').trim(), /^[=+\-@]/);
  }
}

/** Kinds of elements and attributes of a page, its scripts, and where it leads. */
function markupOf(text: string) {
  const { document } = parseHTML(text);
  const elements = [...document.querySelectorAll('*')];
  const attributes = elements.flatMap((each) =>
    each.getAttributeNames().map((name) => `${each.localName} ${name}`),
  );
  const links = ['src', 'href'].flatMap((name) => elements.map((each) => each.getAttribute(name) ?? ''));
  const scripts = [...document.querySelectorAll('script')].map(({ textContent }) => textContent);
  return {
    kinds: new Set([...elements.map(({ localName }) => localName), ...attributes]),
    links: links.filter((link) => !/^(#|data:,$|$)/.test(link)),
    scripts,
  };
}

/** A page: it has no element and no script that the same page with harmless names has not. */
export function checkHtml(text: string, harmless: string): void {
  checkText(text);
  const [found, wanted] = [markupOf(text), markupOf(harmless)];
  assert.deepEqual(
    [...found.kinds].filter((kind) => !wanted.kinds.has(kind)),
    [],
  );
  assert.deepEqual(found.scripts, wanted.scripts);
  assert.deepEqual(found.links, []);
}

/** GitHub's Markdown: as many parts, rows and cells as with harmless names, and no markup inside them. */
export function checkMarkdown(text: string, harmless: string): void {
  checkText(text);
  const shape = (each: string) =>
    each
      .split('\n')
      .map((line) => [
        /^(#+ |- |\| |$)/.exec(line)?.[0] ?? 'text',
        line.replace(/\\./g, '').split('|').length,
      ]);
  assert.deepEqual(shape(text), shape(harmless));
  for (const line of text.split('\n')) {
    assert.doesNotMatch(line, /<|(?<!\\)(\\\\)*(!?\[[^\]]*\]\(|```|~~~)/);
    assert.doesNotMatch(line, /^- (#{1,6}(\s|$)|[-+*](\s|$)|\d+[.)](\s|$)|>|(-\s*){3,}$)/);
  }
}

/** A file for JUnit: XML 1.0, with the elements that it has with harmless names. */
export function checkXml(text: string, harmless: string): void {
  checkText(text);
  const tagsOf = (each: string) => {
    const tags: string[] = [];
    const parser = new SaxesParser();
    parser.on('error', (thrown) => {
      throw thrown;
    });
    parser.on(
      'opentag',
      ({ name, attributes }) => void tags.push([name, ...Object.keys(attributes)].join(' ')),
    );
    parser.write(each).close();
    return tags;
  };
  assert.deepEqual(tagsOf(text), tagsOf(harmless));
}

/** C99: without its comments and strings it has ASCII words alone, and defines no name twice. */
export function checkC(text: string): void {
  checkText(text);
  assert.doesNotMatch(text, /\?\?|\\$/m);
  const bare = text.replace(/\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\[^\n])*"/g, ' ');
  assert.doesNotMatch(bare, /[^\t\n -~]|["`$@]/);
  const defined = [...bare.matchAll(/^#define (\w+)/gm)].map(([, name]) => name);
  assert.equal(new Set(defined).size, defined.length, 'a name is defined twice');
}

/** An archive: as many members as it was given, each inside the folder where it is unpacked. */
export function checkZip(bytes: Uint8Array, members: number): void {
  const names = Object.keys(unzipSync(bytes));
  assert.equal(names.length, members);
  for (const name of names) {
    checkText(name);
    const parts = name.split(/[\\/]/);
    assert.ok(!parts.includes('..') && parts[0] !== '' && !/^[a-z]:/i.test(name), name);
  }
}
