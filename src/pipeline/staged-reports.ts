import { type Report, reportFormats } from '../report/index.js';
import type { StagedFiles } from './output-folder.js';

/** Adds report.json, and the report in each other format asked for. */
export async function stageReports(
  staged: StagedFiles,
  report: Report,
  formats: readonly string[],
): Promise<void> {
  for (const { name, fileName, render } of reportFormats) {
    if (name === 'json' || formats.includes(name))
      await staged.add({ path: fileName, bytes: await render(report) });
  }
}
