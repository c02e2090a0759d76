import { stringify } from 'csv-stringify/sync';
import { formatShape } from '../../core/index.js';
import type { ReportFormat } from '../format.js';
import type { LayerReport } from '../layer-report.js';
import { plainText } from '../plain-text.js';

const columns: Readonly<Record<string, (layer: LayerReport) => string | number | null>> = {
  name: ({ name }) => plainText(name),
  kind: ({ kind }) => plainText(kind),
  shape: ({ shape }) => formatShape(shape),
  bits: ({ bits }) => bits,
  quantizer: ({ quantizer }) => quantizer,
  granularity: ({ granularity }) => granularity,
  clip: ({ clip }) => clip,
  params: ({ params }) => params,
  floatBytes: ({ floatBytes }) => floatBytes,
  packedBytes: ({ packedBytes }) => packedBytes,
  bitsPerWeight: ({ bitsPerWeight }) => bitsPerWeight,
  sqnrDb: ({ sqnrDb }) => sqnrDb,
  outputSqnrDb: ({ outputSqnrDb }) => outputSqnrDb,
  chainSqnrDb: ({ chainSqnrDb }) => chainSqnrDb,
  residual: ({ residual }) => residual,
  snapLoss: ({ snapLoss }) => snapLoss,
  reason: ({ reason }) => plainText(reason),
  normalizedError: ({ weights }) => weights?.normalizedError ?? null,
  worstErrorSteps: ({ weights }) => weights?.worstErrorSteps ?? null,
  clippedShare: ({ weights }) => weights?.clippedShare ?? null,
  zeroShare: ({ weights }) => weights?.zeroShare ?? null,
  entropyBits: ({ weights }) => weights?.entropyBits ?? null,
  deadChannels: ({ weights }) => weights?.deadChannels.after ?? null,
  worstChannel: ({ weights }) => weights?.worstChannels[0]?.channel ?? null,
  verdict: ({ verdict }) => verdict?.level ?? null,
  rank: ({ verdict }) => verdict?.rank ?? null,
  why: ({ verdict }) => plainText(verdict?.reason ?? ''),
  remedy: ({ verdict }) => plainText(verdict?.remedies[0]?.text ?? ''),
  option: ({ verdict }) => plainText(verdict?.remedies[0]?.option ?? ''),
  gainPoints: ({ verdict }) => verdict?.remedies[0]?.gainPoints ?? null,
  gainBytes: ({ verdict }) => verdict?.remedies[0]?.bytes ?? null,
};

/** One row a tensor, raw numbers, an empty cell for null. */
export const csv = {
  name: 'csv',
  fileName: 'report.csv',
  describe: 'one row per tensor, for a spreadsheet',
  render: ({ layers }) =>
    stringify(
      layers.map((layer) => Object.values(columns).map((cell) => cell(layer))),
      { header: true, columns: Object.keys(columns) },
    ),
} satisfies ReportFormat;
