import { type FilePart, fileParts, partTitles } from './file-parts.js';
import { FLOAT_BITS } from './float-bits.js';
import { labelsOf } from './names.js';
import type { Report } from './report.js';

/** Bytes of a layer, or of a part of the file that is no layer's. */
export interface ByteRow {
  readonly label: string;
  readonly before: number;
  /** Bytes in the packed file. */
  readonly after: number;
  /** The same by part; they sum to `after`. */
  readonly parts: readonly { readonly part: FilePart; readonly bytes: number }[];
}

/**
 * The rows of a file: each quantized layer with its scales, then what is no layer's. They sum to the file, and of a model
 * whose bytes are known by part to its files.
 *
 * @param mostLayers  The largest are told apart, the others counted together.
 */
export function byteRows({ layers, contents, totals }: Report, mostLayers: number): ByteRow[] {
  const labels = labelsOf(layers);
  const quantized = layers
    .filter(({ bits }) => bits < FLOAT_BITS)
    .map(({ name, storedBytes, floatBytes, packedBytes, codeBytes }) => {
      const codes = codeBytes ?? packedBytes;
      return rowOf(labels.get(name) ?? name, storedBytes ?? floatBytes, {
        kernels: codes,
        scales: packedBytes - codes,
      });
    })
    .toSorted((a, b) => b.after - a.after);
  const shown = quantized.length > mostLayers ? quantized.slice(0, mostLayers - 1) : quantized;
  const rest = quantized.slice(shown.length);
  const rows = rest.length === 0 ? shown : [...shown, sumOf(`${rest.length} smaller layers`, rest)];
  const others = contents
    .filter(({ part }) => part !== 'kernels' && part !== 'scales')
    .map(({ part, bytesBefore, bytesAfter }) => rowOf(partTitles[part], bytesBefore, { [part]: bytesAfter }));
  return [...rows, ...(contents.length > 0 ? others : remainder(rows, totals))];
}

function rowOf(label: string, before: number, bytes: Partial<Record<FilePart, number>>): ByteRow {
  const parts = fileParts.flatMap((part) => (bytes[part] ? [{ part, bytes: bytes[part] }] : []));
  return { label, before, after: parts.reduce((sum, each) => sum + each.bytes, 0), parts };
}

function sumOf(label: string, rows: readonly ByteRow[]): ByteRow {
  const of = (part: FilePart) =>
    rows.flatMap(({ parts }) => parts).reduce((sum, each) => sum + (each.part === part ? each.bytes : 0), 0);
  const before = rows.reduce((sum, row) => sum + row.before, 0);
  return rowOf(label, before, { kernels: of('kernels'), scales: of('scales') });
}

/** All that a report without contents doesn't tell apart. */
function remainder(rows: readonly ByteRow[], { bytesBefore, bytesAfter }: Report['totals']): ByteRow[] {
  const left = (total: number, key: 'before' | 'after') =>
    Math.max(0, total - rows.reduce((sum, row) => sum + row[key], 0));
  return [rowOf('all else', left(bytesBefore, 'before'), { other: left(bytesAfter, 'after') })];
}
