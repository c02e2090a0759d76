import { QgtError } from '../core/index.js';
import { exporters } from '../export/index.js';
import type { ExportOptions } from './options.js';
import { checkOutput, defaultOutput, stageFiles } from './output-folder.js';
import { parseOptions } from './parse-options.js';
import { readPacked } from './read-any.js';
import type { ExportResult } from './results.js';

/**
 * Writes a `.qgt` for another target.
 *
 * @throws QgtError `usage` for an unknown target, `bad-qgt`, `output`; nothing is written then.
 */
export async function exportModel(options: ExportOptions): Promise<ExportResult> {
  const { model, to, output, force, weights } = parseOptions('export', options);
  const exporter = exporters.find(({ name }) => name === to);
  if (exporter === undefined) throw new QgtError('usage', { where: '--to', what: 'no such target', got: to });
  const folder = output ?? defaultOutput(model, to);
  await checkOutput(folder, force);
  const { packed } = await readPacked(model);
  const exported = await exporter.export(packed, { weights });
  const staged = await stageFiles(folder);
  try {
    for (const file of exported) await staged.add(file);
    const bytes = exported.reduce((sum, file) => sum + file.bytes.length, 0);
    return { output: folder, files: await staged.commit(), bytes };
  } finally {
    await staged.discard();
  }
}
