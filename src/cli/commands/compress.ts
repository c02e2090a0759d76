import type { Command } from './command.js';
import { reportOutcome } from './report-outcome.js';

/** `qgt compress`. */
export const compress: Command<'compress'> = {
  name: 'compress',
  describe: 'Fine-tune a model until its weights settle on a grid, and pack it',
  operands: { model: 'model.json, or a folder that holds one' },
  examples: [
    {
      line: 'qgt compress model.json --bits 2 --data images/ -o out/',
      does: 'fine-tune on a folder of images',
    },
    { line: 'qgt compress model.json --bits 2', does: 'without any data' },
    { line: "qgt compress model.json --bits 2 --layer 'conv2d_3=4'", does: 'more bits for one layer' },
    {
      line: 'qgt compress model.json --bits auto --max-bytes 64KB --data images/',
      does: 'for each layer the bits that it needs, in 64 kB',
    },
    {
      line: 'qgt compress model.json --bits 2 --data images/ --max-bytes 64KB --max-drop 1',
      does: 'exit code 1 where it is larger, or loses more',
    },
    { line: 'qgt compress model.json --bits 2 --dry-run', does: 'the plan alone' },
  ],
  run: async ({ dryRun, format, reporter, ...options }, pipeline, controls) => {
    if (dryRun) {
      const plan = await pipeline.planCompression(options, controls);
      return {
        data: plan,
        screen: async (style) => (await import('../screens/plan.js')).planScreen(plan, style),
      };
    }
    return reportOutcome(await pipeline.compress(options, controls), { format, reporter });
  },
};
