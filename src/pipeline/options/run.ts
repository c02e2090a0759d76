import { z } from 'zod';
import { declare } from './option.js';
import { duration, names } from './values.js';

const engines = [
  { name: 'auto', describe: 'native where it works, else embedded' },
  { name: 'native', describe: 'tfjs-node' },
  { name: 'embedded', describe: 'WebAssembly, with gradients of its own' },
] as const;

/** Options for running a command. */
export const runOptions = declare({
  batchSize: {
    schema: z.int().min(1).max(65_536).optional(),
    placeholder: 'N',
    describe: 'Samples per training step (default: 32 to 128, by the size of the data)',
  },
  samples: {
    schema: z.int().min(1).optional(),
    placeholder: 'N',
    describe: 'Samples to analyze on (default: 256, fewer where the layers would take over two minutes)',
  },
  try: {
    schema: duration.optional(),
    placeholder: 'TIME',
    describe:
      'Train for so long, such as 60s, to see what advice gives: fine-tuning for analyze, more bits and a longer training for compress (default: it is not known)',
  },
  dryRun: {
    schema: z.boolean().default(false),
    describe: 'Print the plan and write nothing',
  },
  resume: {
    schema: z.boolean().default(false),
    describe:
      'Go on with an interrupted run in the same output folder, to the same file; the options have to be the same, but for limits, --max-time and what is written',
  },
  seed: {
    schema: z.int().min(0).max(4_294_967_295).default(0),
    placeholder: 'N',
    describe:
      'Seed of random choices: the same seed, engine and kind of processor give the same file, unless --max-time cuts it short',
  },
  engine: {
    schema: z.enum(names(engines)).default('auto'),
    placeholder: 'NAME',
    describe: 'What to compute with',
    values: engines,
  },
});
