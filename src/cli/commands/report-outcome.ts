import { declarations } from '../../pipeline/options/index.js';
import { type Report, reportFormats } from '../../report/index.js';
import type { Outcome } from './command.js';

/** What is printed of a report, and which CI systems are told. */
interface Printing {
  readonly format?: string | undefined;
  readonly reporter?: unknown;
}

/** A report that a command made, with the files that it wrote, as `--format` wants it printed. */
export function reportOutcome(
  { report, files }: { readonly report: Report; readonly files: readonly string[] },
  { format, reporter }: Printing,
): Outcome {
  const asked = reportFormats.find(({ name }) => name === format);
  return {
    data: report,
    document: asked && (() => asked.render(report)),
    screen: async (style) => (await import('../screens/report.js')).reportScreen(report, files, style),
    checked: { report, reporters: declarations.reporter.schema.parse(reporter) },
  };
}
