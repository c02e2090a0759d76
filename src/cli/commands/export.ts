import type { Command } from './command.js';

/** `qgt export`; the constant can't be called `export`, which is a keyword. */
export const exportModel: Command<'export'> = {
  name: 'export',
  describe: 'Convert a .qgt to what other software loads',
  operands: { model: 'a .qgt, or the folder that compress wrote' },
  examples: [
    {
      line: 'qgt export out/model.qgt --to tfjs -o web/',
      does: 'a model.json that stock TensorFlow.js loads',
    },
    { line: 'qgt export out/model.qgt --to keras', does: 'a model.keras for Keras 3' },
    { line: 'qgt export out/model.qgt --to npz', does: 'arrays by weight name, for numpy.load' },
    { line: 'qgt export out/model.qgt --to c -o firmware/', does: 'packed weights and a decoder in C99' },
  ],
  options: { output: 'Folder to write to (default: named after the model and --to)' },
  run: async (options, useCases, controls) => {
    const result = await (await useCases.pipeline()).exportModel(options, controls);
    return {
      data: result,
      screen: async (style) => (await import('../screens/export.js')).exportScreen(result, style),
    };
  },
};
