import { channelLayout } from '../../src/core/index.js';
import { type Bits, dequantize, encode, quantizers, sqnrDb } from '../../src/quantize/index.js';
import { laplaceQuantiles, normalQuantiles } from '../quantize/distributions.js';
import { escapeCell, fillPart, table } from './markdown.js';

type Quantizer = (typeof quantizers)[number];

const WEIGHTS = 40_000;
const LAYOUT = channelLayout([WEIGHTS], []);
const WIDTHS: readonly Bits[] = [1.58, 2, 3, 4];

/** docs/quantizers.md with its tables as the quantizers say, the second by rounding weights. */
export function renderQuantizersPage(current: string): string {
  return fillPart(fillPart(current, 'quantizers', quantizerTable()), 'decibels', decibelTable());
}

function quantizerTable(): string {
  const rows = quantizers.map(({ name, widths, levels, suits }) => [
    `\`${name}\``,
    widths.length === 1 ? `${widths[0]}` : `${widths[0]} to ${widths.at(-1)}`,
    escapeCell(levels),
    escapeCell(suits),
  ]);
  return table(['`--quantizer`', 'Bits', 'Levels, in units of the scale', 'When to use it'], rows);
}

/** Those that leave the grid to others have no figures of their own, and some have none of these widths. */
function decibelTable(): string {
  const samples = { Normal: normalQuantiles(WEIGHTS), Laplace: laplaceQuantiles(WEIGHTS) };
  const heads = Object.keys(samples).flatMap((name) =>
    WIDTHS.map((bits, index) => `${index === 0 ? `${name}, ` : ''}${bits} bits`),
  );
  const rows = quantizers
    .filter(({ choose, widths }) => choose === undefined && WIDTHS.some((bits) => widths.includes(bits)))
    .map((quantizer) => [
      `\`${quantizer.name}\``,
      ...Object.values(samples).flatMap((weights) =>
        WIDTHS.map((bits) => decibels(quantizer, weights, bits)),
      ),
    ]);
  return table(['Quantizer', ...heads], rows);
}

function decibels({ widths, fit }: Quantizer, weights: Float32Array, bits: Bits): string {
  if (!widths.includes(bits)) return '';
  const rounded = dequantize(encode(weights, fit(weights, LAYOUT, bits), LAYOUT));
  return sqnrDb(weights, rounded)!.toFixed(1);
}
