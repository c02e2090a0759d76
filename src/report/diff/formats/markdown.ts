import { escapeText } from '../../escape-text.js';
import type { Difference } from '../difference.js';
import type { DifferenceFormat } from '../difference-format.js';
import { differenceColumns, differenceFacts, layerTitle } from '../difference-table.js';

/** The totals, and a GitHub table of the layers that changed. */
export const markdown: DifferenceFormat = {
  name: 'markdown',
  describe: 'the totals and a GitHub table, for a pull request or a job summary',
  render: (difference) => {
    const { before, after, layers, notes } = difference;
    const facts = differenceFacts(difference).map(
      ([name, value]) => `- ${escapeText(name)}: ${escapeText(value)}`,
    );
    const parts = [
      [`## qgt diff: ${escapeText(before)} → ${escapeText(after)}`],
      facts,
      layers.length === 0 ? [] : table(difference),
      notes.map((note) => `- ${escapeText(note)}`),
    ];
    return `${parts
      .filter((lines) => lines.length > 0)
      .map((lines) => lines.join('\n'))
      .join('\n\n')}\n`;
  },
};

function table({ layers }: Difference): string[] {
  const heads = ['layer', ...differenceColumns.map(({ head }) => head)];
  const rows = layers.map((layer) => [
    escapeText(layerTitle(layer)),
    ...differenceColumns.map(({ cell }) => escapeText(cell(layer))),
  ]);
  return [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
}
