import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseArguments } from '../../src/cli/arguments.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Blocks that are run by a test, or by CI, in whole; by how they begin. */
const RUN_BY: readonly (readonly [page: string, begins: string, by: string])[] = [
  ['README.md', 'npm ci && npx qgt compress', '.ci/run'],
  ['CONTRIBUTING.md', 'npm ci ', '.ci/run'],
  ['README.md', 'npm install sharp', 'test/package/install.long.ts'],
];
/** Pages whose blocks a test runs one after another. */
const RUN_WHOLE = new Map([['docs/tutorial.md', 'test/package/install.long.ts']]);
/** Before a block that can't be run here, with the reason. */
const MARK = /<!-- not run: (.+) -->\n$/;

interface Block {
  readonly lines: readonly string[];
  /** Why it is not run; undefined: it is. */
  readonly reason: string | undefined;
}

/** Blocks of commands: those of a shell, and those without a language. */
function blocksOf(text: string): Block[] {
  return [...text.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].flatMap((match) => {
    if (match[1] !== 'sh' && match[1] !== '') return [];
    const lines = match[2]!.replace(/\\\n\s*/g, '').split('\n');
    const reason = MARK.exec(text.slice(0, match.index))?.[1];
    return [{ lines: lines.filter((line) => line !== '' && !line.startsWith('#')), reason }];
  });
}

/** A command of qgt as its words; what follows a pipe, and comments, are not part of it. */
function wordsOf(line: string): string[] {
  const [command] = line.split(/ +(?:#|>|\||&&) ?/);
  return [...command!.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
}

describe('commands in the docs', () => {
  for (const page of pages) {
    it(`${page}: each can be called, or is run by a test, or says why not`, async () => {
      for (const { lines, reason } of blocksOf(readFileSync(join(root, page), 'utf8'))) {
        if (reason !== undefined) continue;
        const run = RUN_BY.find(([where, begins]) => where === page && lines[0]!.startsWith(begins));
        const by = run?.[2] ?? RUN_WHOLE.get(page);
        if (by !== undefined) assert.ok(existsSync(join(root, by)), by);
        for (const line of lines) {
          const words = wordsOf(line).filter((word, at) => at > 0 || word !== 'npx');
          // What the measurements of a page were made with: hours of work, so that only the script has to be there.
          if (words[0] === 'npm' && words[1] === 'run') assert.ok(words[2]! in scripts, line);
          else if (words[0] !== 'qgt') assert.ok(by !== undefined, `who runs \`${line}\`?`);
          else assert.notEqual((await parseArguments(words.slice(1))).request.kind, 'help', line);
        }
      }
    });
  }
});
