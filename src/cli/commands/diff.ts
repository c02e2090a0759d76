import { differenceFormats } from '../../report/index.js';
import type { Command } from './command.js';

const RUN = 'a report.json, a .qgt, or a folder that holds one or both';

/** `qgt diff`. */
export const diff: Command<'diff'> = {
  name: 'diff',
  describe: 'Show what changed between two runs, in total and layer by layer',
  operands: { before: RUN, after: RUN },
  examples: [
    { line: 'qgt diff base/ out/', does: 'bits, bytes, noise, verdicts and codes that changed' },
    { line: 'qgt diff a/report.json b/report.json --format markdown', does: 'for a pull request' },
  ],
  options: { format: 'What to print on stdout: text is the table' },
  values: { format: differenceFormats },
  run: async ({ format, ...options }, useCases, controls) => {
    const result = await (await useCases.pipeline()).diff(options, controls);
    const asked = differenceFormats.find(({ name }) => name === format);
    return {
      data: result,
      document: asked && (() => asked.render(result)),
      screen: async (style) => (await import('../screens/difference.js')).differenceScreen(result, style),
    };
  },
};
