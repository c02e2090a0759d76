import type { Command } from './command.js';

/** `qgt doctor`. */
export const doctor: Command<'doctor'> = {
  name: 'doctor',
  describe: 'Show which engines work here, how fast, and what to do where one does not',
  operands: {},
  examples: [
    { line: 'qgt doctor', does: 'versions, machine and engines' },
    { line: 'qgt doctor --json', does: 'for a bug report' },
  ],
  run: async (options, useCases, controls) => {
    const result = await (await useCases.pipeline()).doctor(options, controls);
    return {
      data: result,
      screen: async (style) => (await import('../screens/diagnosis.js')).diagnosisScreen(result, style),
    };
  },
};
