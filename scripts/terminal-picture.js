/**
 * Draws text of a terminal as an SVG for the README: `node bin/qgt.js demo 2> /dev/null | node scripts/terminal-picture.js
 * 'qgt demo' > docs/plots/demo.svg`. Between a layer's row and the summary only a line with three dots is kept.
 */
import { text } from 'node:stream/consumers';

const COLUMN = 7.8;
const ROW = 17;
const MARGIN = 16;
const LEFT_OUT = { from: /^in float /, to: /^size / };

const escaped = (line) => line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** The lines but for those in the middle, and none after the names of the files. */
function shortened(lines) {
  const from = lines.findIndex((line) => LEFT_OUT.from.test(line));
  const to = lines.findIndex((line) => LEFT_OUT.to.test(line));
  const end = lines.findIndex((line) => line.startsWith('written '));
  return [...lines.slice(0, from), '...', '', ...lines.slice(to, end + 1)];
}

const command = process.argv[2];
const lines = [`$ ${command}`, ...shortened((await text(process.stdin)).trimEnd().split('\n'))];
const width = Math.ceil(Math.max(...lines.map((line) => [...line].length)) * COLUMN + 2 * MARGIN);
const height = lines.length * ROW + 2 * MARGIN;
const rows = lines.map(
  (line, index) =>
    `<text x="${MARGIN}" y="${MARGIN + ROW * (index + 0.75)}" xml:space="preserve">${escaped(line)}</text>`,
);
process.stdout.write(`<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title desc" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="13" fill="#e6edf3"><title id="title">The output of ${escaped(command)}</title><desc id="desc">${escaped(
  lines
    .slice(1)
    .filter((line) => /^(size|accuracy) /.test(line))
    .join('; '),
)}</desc>
<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>
${rows.join('\n')}
</svg>
`);
