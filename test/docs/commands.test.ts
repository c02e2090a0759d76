import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parseArguments } from '../../src/cli/arguments.js';
import { blocksOf, type DocsCommand, pages, qgtCommandsOf, root, type ShellBlock } from './shell-blocks.js';

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Blocks without a language that are run as they stand; by how they begin. */
const RUN_BY_CI: readonly (readonly [page: string, begins: string])[] = [
  ['README.md', 'npm ci && npx qgt compress'],
  ['CONTRIBUTING.md', 'npm ci '],
];

describe('commands in the docs', () => {
  for (const page of pages) {
    it(`${page}: each is run by a test, or says why not`, () => {
      for (const block of blocksOf(page))
        for (const command of block.commands)
          if (command.reason === undefined)
            assert.ok(
              isRun(page, block, command),
              `${page}:${block.lineNumber}: who runs \`${command.line}\`?`,
            );
    });

    it(`${page}: each can be called`, async () => {
      for (const { line } of blocksOf(page).flatMap(({ commands }) => commands)) {
        for (const words of qgtCommandsOf(line))
          assert.notEqual((await parseArguments(words)).request.kind, 'help', line);
        const [, script] = /^npm run (?:--silent )?(\S+)/.exec(line) ?? [];
        if (script !== undefined) assert.ok(script in scripts, line);
      }
    });
  }

  it('of README are all in fenced blocks, which are run', () => {
    assert.doesNotMatch(readFileSync(join(root, 'README.md'), 'utf8'), /^ {4}(npm|npx|qgt|node) /m);
  });

  it('are run by tests that are there', () => {
    for (const path of ['.ci/run', 'test/package/install.long.ts', 'test/package/docs-commands.long.ts'])
      assert.ok(existsSync(join(root, path)), path);
  });
});

/** Whether CI, the test of the tutorial or that of all other blocks of a shell runs a command. */
function isRun(page: string, { language, commands }: ShellBlock, { line }: DocsCommand): boolean {
  if (language === '')
    return RUN_BY_CI.some(([where, begins]) => where === page && commands[0]!.line.startsWith(begins));
  if (page === 'docs/tutorial.md') return true;
  return qgtCommandsOf(line).length > 0 || line.startsWith('npm install ');
}
