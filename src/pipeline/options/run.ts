import { z } from 'zod';
import { declare } from './option.js';

/** How a command runs. */
export const runOptions = declare({
  samples: {
    schema: z.int().min(1).optional(),
    placeholder: 'N',
    describe: 'Samples to analyze on; left out: 256, fewer where the layers would take over two minutes',
  },
  dryRun: {
    schema: z.boolean().default(false),
    describe: 'Show the plan and write nothing',
  },
  seed: {
    schema: z.int().min(0).max(4_294_967_295).default(0),
    placeholder: 'N',
    describe: 'Same seed, same engine, same kind of processor: same bytes, unless --max-time cut in',
  },
  engine: {
    schema: z.enum(['auto', 'native', 'embedded']).default('auto'),
    placeholder: 'NAME',
    describe: 'auto takes tfjs-node where it works, else the embedded one',
  },
});
