import { describeError, QgtError } from '../../core/index.js';
import { loadFormats, type Report, type ReportFormat, reportFormats } from '../../report/index.js';
import type { Command } from './command.js';

/** `qgt report`. */
export const report: Command<'report'> = {
  name: 'report',
  describe: 'Show the report of a run again, or write it in another format',
  operands: { run: 'a report.json, or a folder that holds one' },
  examples: [
    { line: 'qgt report out/ --format html > report.html', does: 'the page of a run that is over' },
    { line: 'qgt report out/report.json', does: 'the table again' },
  ],
  options: { format: 'What to print on stdout: text is the table' },
  values: { format: reportFormats },
  run: async ({ format, ...options }, useCases, controls) => {
    await loadFormats(reportFormats, [format]);
    const { report: found } = await (await useCases.pipeline()).report(options, controls);
    const asked = reportFormats.find(({ name }) => name === format);
    const files = found.output === null ? [] : [found.output];
    return {
      data: found,
      document: asked && (() => rendered(found, asked, options.run)),
      screen: async (style) => (await import('../screens/report.js')).reportScreen(found, files, style),
    };
  },
};

/** @throws QgtError `bad-report` for one of the right form whose figures can't be drawn: it comes from anywhere. */
async function rendered(found: Report, { name, render }: ReportFormat, where: string): Promise<string> {
  try {
    return await render(found);
  } catch (cause) {
    throw new QgtError('bad-report', {
      where,
      what: `has figures that ${name} cannot show: ${describeError(cause)}`,
      remedy: 'name a report.json as qgt wrote it',
      cause,
    });
  }
}
