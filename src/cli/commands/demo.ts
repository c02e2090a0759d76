import type { Command } from './command.js';
import { reportOutcome } from './report-outcome.js';

/** `qgt demo`. */
export const demo: Command<'demo'> = {
  name: 'demo',
  describe:
    'Compress a small model of digits that comes with qgt, in less than a minute, without the network',
  operands: {},
  examples: [{ line: 'qgt demo', does: 'trains it to 2 bits, and writes qgt-demo/model.qgt' }],
  options: { output: 'Folder to write to (default: qgt-demo)' },
  run: async (options, useCases, { signal, ...controls }) =>
    reportOutcome(await (await useCases.pipeline()).demo(options, { ...controls, stopEarly: signal }), {}),
};
