import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { root } from './shell-blocks.js';

/** How far a figure may be from the picture's on another engine or processor, in parts of it. */
const TOLERANCE = 0.2;
/** Residuals below this are of settled layers, and differ by orders. */
const SETTLED = 1e-3;

describe('docs/demo.svg', () => {
  it('tells what `qgt demo` prints, but for times', async () => {
    execFileSync('npm', ['run', '--silent', 'build'], { cwd: root });
    const { demoLines } = (await import(join(root, 'scripts/demo-picture.js'))) as {
      demoLines: () => string[];
    };
    const picture = readFileSync(join(root, 'docs/demo.svg'), 'utf8');
    const drawn = [...picture.matchAll(/<text [^>]*>(.*)<\/text>/g)].map(([, text]) =>
      text!.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'),
    );
    const printed = demoLines();
    assert.equal(drawn.length, printed.length);
    drawn.forEach((line, index) => {
      if (!line.startsWith('time ')) assertSame(line, printed[index]!);
    });
  });
});

/** Holds two lines against each other word by word: figures by size, histograms by length. */
function assertSame(drawn: string, printed: string): void {
  const [before, after] = [drawn, printed].map((line) => wordsOf(line));
  assert.equal(before!.length, after!.length, `${drawn}\n${printed}`);
  before!.forEach((word, index) => {
    const [a, b] = [Number(word), Number(after![index])];
    if (Number.isNaN(a)) assert.equal(word, after![index], `${drawn}\n${printed}`);
    else if (a > SETTLED || b > SETTLED)
      assert.ok(Math.abs(a - b) <= TOLERANCE * a, `${word} is ${after![index]} now:\n${drawn}\n${printed}`);
  });
}

/** The words of a line; what chance decides, a fraction of a point gained or lost, is one word of any kind. */
function wordsOf(line: string): string[] {
  return line
    .replace(/[▁▂▃▄▅▆▇█]/g, '▁')
    .replace(/\d\.\d points (gained|lost)/, 'points')
    .split(/ +/);
}
