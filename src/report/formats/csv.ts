import { stringify } from 'csv-stringify/sync';
import { formatShape } from '../../core/index.js';
import type { ReportFormat } from '../format.js';
import type { LayerReport } from '../report.js';

const columns: Readonly<Record<string, (layer: LayerReport) => string | number | null>> = {
  name: ({ name }) => plainText(name),
  kind: ({ kind }) => plainText(kind),
  shape: ({ shape }) => formatShape(shape),
  bits: ({ bits }) => bits,
  quantizer: ({ quantizer }) => quantizer,
  params: ({ params }) => params,
  floatBytes: ({ floatBytes }) => floatBytes,
  packedBytes: ({ packedBytes }) => packedBytes,
  bitsPerWeight: ({ bitsPerWeight }) => bitsPerWeight,
  sqnrDb: ({ sqnrDb }) => sqnrDb,
  outputSqnrDb: ({ outputSqnrDb }) => outputSqnrDb,
  residual: ({ residual }) => residual,
  reason: ({ reason }) => plainText(reason),
  bottleneck: ({ bottleneck }) => plainText(bottleneck?.reason ?? ''),
  remedy: ({ bottleneck }) => plainText(bottleneck?.remedy ?? ''),
};

/** One row a tensor, raw numbers, an empty cell for null. */
export const csv: ReportFormat = {
  name: 'csv',
  fileName: 'report.csv',
  describe: 'one row a tensor, for a spreadsheet',
  render: ({ layers }) =>
    stringify(
      layers.map((layer) => Object.values(columns).map((cell) => cell(layer))),
      { header: true, columns: Object.keys(columns) },
    ),
};

/**
 * Text that a spreadsheet does not take for a formula, nor a terminal for a command: a model's names come from
 * strangers.
 *
 * @see OWASP, CSV Injection.
 */
function plainText(text: string): string {
  const printed = text.replace(/\p{Cc}/gu, ' ');
  return /^\s*[=+\-@]/.test(printed) ? `'${printed}` : printed;
}
