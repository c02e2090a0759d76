import { declarations } from '../../pipeline/options/index.js';
import { withSharedPaths } from '../../pipeline/shared-paths.js';
import { type Report, reportFormats } from '../../report/index.js';
import type { Outcome } from './command.js';

/** Format of a printed report, and the CI systems to inform. */
interface Printing {
  readonly format?: string | undefined;
  readonly reporter?: unknown;
}

/** Report of a command, and the files that it wrote. */
interface ReportResult extends Pick<Outcome, 'isStopped'> {
  readonly report: Report;
  readonly files: readonly string[];
}

/** Turns a report, and the files written, into the result of a command, printed as `--format` says. */
export function reportOutcome(
  { report, files, isStopped }: ReportResult,
  { format, reporter }: Printing,
): Outcome {
  const asked = reportFormats.find(({ name }) => name === format);
  return {
    isStopped,
    data: report,
    document: asked && (() => asked.render(withSharedPaths(report))),
    screen: async (style) => (await import('../screens/report.js')).reportScreen(report, files, style),
    checked: { report: withSharedPaths(report), reporters: declarations.reporter.schema.parse(reporter) },
  };
}
