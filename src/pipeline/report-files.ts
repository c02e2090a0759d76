import type { OutputFolder } from '../files/index.js';
import { type Report, type ReportFormat, reportFormats } from '../report/index.js';
import { withSharedPaths } from './shared-paths.js';

/** The formats that a report is written in: JSON, and those asked for. */
const formatsFor = (asked: readonly string[]): readonly ReportFormat[] =>
  reportFormats.filter(({ name }) => name === 'json' || asked.includes(name));

/** Names of the files that a report is written to. */
export const reportFiles = (asked: readonly string[]): readonly string[] =>
  formatsFor(asked).map(({ fileName }) => fileName);

/** Adds report.json, and the report in each other format asked for. */
export async function addReports(
  output: OutputFolder,
  report: Report,
  asked: readonly string[],
): Promise<void> {
  const shared = withSharedPaths(report);
  for (const { fileName, render } of formatsFor(asked))
    await output.add({ path: fileName, bytes: await render(shared) });
}
