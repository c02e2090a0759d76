import type { Command } from './command.js';

/** `qgt inspect`. */
export const inspect: Command<'inspect'> = {
  name: 'inspect',
  describe: 'List what is in a model file: inputs, outputs and every weight',
  operands: { model: 'a .qgt, model.json, a .keras or .h5, or a folder that holds one' },
  examples: [
    { line: 'qgt inspect model.json', does: 'which weights compress would quantize, and which not' },
    { line: 'qgt inspect out/model.qgt --json', does: 'for a script' },
  ],
  run: async (options, useCases, controls) => {
    const result = await (await useCases.pipeline()).inspect(options, controls);
    return {
      data: result,
      screen: async (style) => (await import('../screens/inspection.js')).inspectionScreen(result, style),
    };
  },
};
