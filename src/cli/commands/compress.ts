import { loadFormats, reportFormats } from '../../report/index.js';
import type { Command } from './command.js';
import { reportOutcome } from './report-outcome.js';

/** `qgt compress`. */
export const compress: Command<'compress'> = {
  name: 'compress',
  describe: 'Make a model smaller: fine-tune it to few bits per weight, and write a .qgt file',
  operands: { model: 'model.json, a .keras or .h5, or a folder that holds one' },
  examples: [
    {
      line: 'qgt compress model.json --bits 2 --data images/ -o out/',
      does: 'fine-tune on a folder of images',
    },
    {
      line: 'qgt compress model.json --bits 2',
      does: 'without any data: inputs are synthesised; a thousand images, without labels, are better than none',
    },
    { line: "qgt compress model.json --bits 2 --layer 'conv2d_3=4'", does: 'more bits for one layer' },
    {
      line: 'qgt compress model.json --bits auto --max-bytes 64KB --data images/',
      does: 'a width for each layer, for the most accurate file of 64 kB',
    },
    {
      line: 'qgt compress model.json --bits 2 --data images/ --max-bytes 64KB --max-drop 1',
      does: 'exit code 1 where the file is larger, or loses over 1 percentage point',
    },
    {
      line: 'qgt compress model.json --bits 2 --require ./my-layers.mjs',
      does: 'a model with custom layers: export default (tf) => tf.serialization.registerClass(MyLayer)',
    },
    { line: 'qgt compress model.json --bits 2 --dry-run', does: 'the plan alone: bits, bytes and time' },
  ],
  run: async ({ dryRun, format, reporter, ...options }, useCases, { signal, ...controls }) => {
    if (dryRun) {
      const plan = await (await useCases.pipeline()).planCompression(options, { ...controls, signal });
      return {
        data: plan,
        screen: async (style) => (await import('../screens/plan.js')).planScreen(plan, style),
      };
    }
    await loadFormats(reportFormats, [format]);
    return reportOutcome(
      await (await useCases.pipeline()).compress(options, { ...controls, stopEarly: signal }),
      {
        format,
        reporter,
      },
    );
  },
};
