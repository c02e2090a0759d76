import { z } from 'zod';
import { rules, severities } from '../../report/index.js';
import { checkLevels } from './check-levels.js';
import { declare } from './option.js';
import { byteCount, names } from './values.js';

/** Limits on a result. */
export const limitsOptions = declare({
  maxBytes: {
    schema: byteCount.optional(),
    placeholder: 'SIZE',
    describe:
      'Largest file to accept, such as 64KB or 64KiB, else exit code 1; with --bits auto: make the most accurate file of that size',
  },
  maxUnpackedBytes: {
    schema: byteCount.optional(),
    placeholder: 'SIZE',
    describe:
      'Most that a .qgt may unpack to, such as 4GB (default: 256 times its length, but 16MiB at least and 2GiB at most)',
  },
  minRatio: {
    schema: z.number().gt(1).optional(),
    placeholder: 'X',
    describe:
      'How many times smaller the file must be, such as 16, else exit code 1; with --bits auto: make the most accurate file that small',
  },
  maxDrop: {
    schema: z.number().min(0).max(100).optional(),
    placeholder: 'X',
    describe:
      'Largest loss of accuracy to accept, in percentage points (of R2: in hundredths; of mae and the metric of a module: in percent of what the float model has), else exit code 1; with --bits auto and no size: make the smallest file within it',
  },
  minSqnr: {
    schema: z.number('must be a number').optional(),
    placeholder: 'DB',
    describe: "Lowest signal-to-noise ratio of the model's outputs to accept, in dB, else exit code 1",
  },
  failOn: {
    schema: z.enum(severities).optional(),
    placeholder: 'VERDICT',
    describe: 'Exit code 1 where a layer gets this verdict or a worse one',
  },
  check: {
    schema: checkLevels.default({}),
    placeholder: 'RULE=LEVEL',
    describe: `What to do where a limit is not kept: off (nothing), warn (a warning) or error (exit code 1, the default), such as max-drop=warn; for ${names(rules).join(', ')}; repeatable`,
  },
});
