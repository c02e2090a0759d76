import { QgtError } from '../core/index.js';
import { type Exporter, exporters, type WeightForm } from '../export/index.js';
import { checkOutput, defaultOutput, withOutput } from '../files/index.js';
import { readPacked } from '../session/index.js';
import type { ExportOptions } from './options/commands.js';
import { parseOptions } from './parse-options.js';
import type { ExportResult } from './results.js';

/**
 * Writes a `.qgt` for another target.
 *
 * @throws QgtError `usage` for an unknown target or a form of weights that it doesn't have, `bad-qgt`, `output`; nothing
 *   is written then.
 */
export async function exportModel(options: ExportOptions): Promise<ExportResult> {
  const { model, to, output, force, weights, maxUnpackedBytes } = parseOptions('export', options);
  const exporter = exporterFor(to, weights);
  const folder = output ?? defaultOutput(model, to);
  await checkOutput({ folder, force, files: [] });
  const { packed } = await readPacked(model, maxUnpackedBytes);
  const { files, notes } = await exporter.export(packed, { weights });
  const written = await withOutput({ folder, force, files: files.map(({ path }) => path) }, async (place) => {
    for (const file of files) await place.add(file);
    return place.commit();
  });
  const bytes = files.reduce((sum, file) => sum + file.bytes.length, 0);
  return { output: folder, files: written, bytes, notes };
}

function exporterFor(to: string, weights: WeightForm): Exporter {
  const exporter = exporters.find(({ name }) => name === to);
  if (exporter === undefined) throw new QgtError('usage', { where: '--to', what: 'no such target', got: to });
  if (!exporter.weights.includes(weights)) {
    throw new QgtError('usage', {
      where: '--weights',
      what: `not a form that ${to} has`,
      got: weights,
      expected: exporter.weights.join(' or '),
    });
  }
  return exporter;
}
