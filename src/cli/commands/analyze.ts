import type { Command } from './command.js';

/** `qgt analyze`. */
export const analyze: Command<'analyze'> = {
  name: 'analyze',
  describe: 'Say which layers hold the compression back, without fine-tuning',
  model: 'model.json, or a folder that holds one',
  examples: [
    { line: 'qgt analyze model.json --bits 2', does: 'on synthesised inputs' },
    { line: 'qgt analyze model.json --bits 2 --data test.npz', does: 'on real ones' },
  ],
  options: {
    bits: 'Bits per weight, 1.58 (ternary) or 2 to 8',
    data: 'Data to analyze on: a folder of images, .npz, .npy, idx or .csv; left out: inputs are synthesised',
    output: 'Where to write the report; left out: it is only printed',
  },
  run: async (options, pipeline, controls) => {
    const { report, files } = await pipeline.analyze(options, controls);
    return {
      data: report,
      screen: async (style) => (await import('../screens/report.js')).reportScreen(report, files, style),
    };
  },
};
