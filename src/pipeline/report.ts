import { join } from 'node:path';
import { type RunControls, throwIfAborted } from '../core/index.js';
import { pathKind, repairOutput } from '../files/index.js';
import type { ReportOptions } from './options/commands.js';
import { parseOptions } from './parse-options.js';
import { REPORT, readReport } from './read-report.js';
import type { ReportResult } from './results.js';

/**
 * Reads the report of a run, to show it again.
 *
 * @throws QgtError `not-found`, or `bad-report` where it is none.
 */
export async function report(options: ReportOptions, { signal }: RunControls = {}): Promise<ReportResult> {
  const { run } = parseOptions('report', options);
  await repairOutput(run);
  const isFolder = (await pathKind(run)) === 'folder';
  throwIfAborted(signal);
  return { report: await readReport(isFolder ? join(run, REPORT) : run) };
}
