import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { channelLayout } from '../../src/core/index.js';
import { type Bits, dequantize, encode, quantizers, sqnrDb } from '../../src/quantize/index.js';
import { laplaceQuantiles, normalQuantiles } from './distributions.js';

const COUNT = 20_000;
const WIDTHS: readonly Bits[] = [1.58, 2, 3, 4];
const page = readFileSync(new URL('../../docs/quantizers.md', import.meta.url), 'utf8');

/** The rows that begin with a quantizer's name: of the first table, then of the figures. */
const rowsOf = (name: string) =>
  page
    .split('\n')
    .filter((line) => line.startsWith(`| \`${name}\` |`))
    .map((line) => line.split('|').map((cell) => cell.trim()));

describe('docs/quantizers.md', () => {
  for (const { name, widths, choose, fit } of quantizers) {
    it(`has a row for ${name} in its tables`, () => {
      const missing = `docs/quantizers.md lacks a row that begins with | \`${name}\` |`;
      assert.equal(rowsOf(name).length, choose === undefined ? 2 : 1, missing);
    });
    if (rowsOf(name).length === 0) continue;
    it(`has the widths of ${name}`, () => {
      const range = widths.length === 1 ? `${widths[0]}` : `${widths[0]} to ${widths.at(-1)}`;
      assert.equal(rowsOf(name)[0]![2], range);
    });
    if (choose !== undefined) continue;
    it(`has the figures of ${name}`, () => {
      const cells = rowsOf(name)[1]!.slice(2, -1);
      const layout = channelLayout([COUNT], []);
      const reached = [normalQuantiles(COUNT), laplaceQuantiles(COUNT)].flatMap((weights) =>
        WIDTHS.map((bits) =>
          widths.includes(bits)
            ? sqnrDb(weights, dequantize(encode(weights, fit(weights, layout, bits), layout)))
            : null,
        ),
      );
      assert.equal(cells.length, reached.length);
      for (const [index, figure] of reached.entries()) {
        if (figure === null) assert.equal(cells[index], '');
        else assert.ok(Math.abs(Number(cells[index]) - figure) < 0.1, `${cells[index]}: ${figure} dB`);
      }
    });
  }
});
