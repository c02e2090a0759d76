/**
 * Draws what `qgt demo` prints as docs/demo.svg, for the README: `npm run docs:demo`, which builds qgt before. Between
 * the advice and the summary only a line with three dots is kept.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const COLUMN = 7.8;
const ROW = 17;
const MARGIN = 16;
const LEFT_OUT = { from: /^in float /, to: /^size / };
const LAST = /^written /;

/** The lines of the picture: the command, and what it prints to stdout as far as it is shown. */
export function demoLines() {
  const folder = mkdtempSync(join(tmpdir(), 'qgt-demo-'));
  try {
    const printed = execFileSync(process.execPath, [join(root, 'bin/qgt.js'), 'demo'], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    // As it is for whoever has installed the package.
    const asInstalled = printed.replace(/(?<= of )\S*(?=fixtures\/)/, 'node_modules/qgt/');
    return ['$ npx qgt demo', ...shortened(asInstalled.trimEnd().split('\n'))];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The lines but for those in the middle, and none after the names of the files. */
function shortened(lines) {
  const from = lines.findIndex((line) => LEFT_OUT.from.test(line));
  const to = lines.findIndex((line) => LEFT_OUT.to.test(line));
  const end = lines.findIndex((line) => LAST.test(line));
  if (from < 0 || to < from || end < to)
    throw new Error('the demo prints something else: mend scripts/demo-picture.js');
  return [...lines.slice(0, from), '...', '', ...lines.slice(to, end + 1)];
}

const escaped = (line) => line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** An SVG of lines of a terminal. */
function drawTerminal(lines) {
  const width = Math.ceil(Math.max(...lines.map((line) => [...line].length)) * COLUMN + 2 * MARGIN);
  const height = lines.length * ROW + 2 * MARGIN;
  const rows = lines.map(
    (line, index) =>
      `<text x="${MARGIN}" y="${MARGIN + ROW * (index + 0.75)}" xml:space="preserve">${escaped(line)}</text>`,
  );
  const summary = lines.filter((line) => /^(size|accuracy) /.test(line)).join('; ');
  return `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title desc" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="13" fill="#e6edf3"><title id="title">The output of qgt demo</title><desc id="desc">${escaped(summary)}</desc>
<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>
${rows.join('\n')}
</svg>
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(join(root, 'docs/demo.svg'), drawTerminal(demoLines()));
