import { z } from 'zod';
import { rules, severities } from '../../report/index.js';
import { checkLevels } from './check-levels.js';
import { declare } from './option.js';
import { byteCount, names } from './values.js';

/** What a result is held against. */
export const limitsOptions = declare({
  maxBytes: {
    schema: byteCount.optional(),
    placeholder: 'SIZE',
    describe:
      'Bytes of the file, such as 64KB or 64KiB, or exit code 1; with --bits auto: the most accurate file of that size',
  },
  minRatio: {
    schema: z.number().gt(1).optional(),
    placeholder: 'X',
    describe: 'How many times smaller, or exit code 1; with --bits auto: the most accurate file that is',
  },
  maxDrop: {
    schema: z.number().min(0).max(100).optional(),
    placeholder: 'X',
    describe:
      'Points of accuracy lost, or hundredths of R2, or exit code 1; with --bits auto and no size: the smallest file that keeps it',
  },
  minSqnr: {
    schema: z.number('must be a number').optional(),
    placeholder: 'DB',
    describe: "Signal to noise at the model's outputs, or exit code 1",
  },
  failOn: {
    schema: z.enum(severities).optional(),
    placeholder: 'VERDICT',
    describe: 'Exit code 1 where a layer has this verdict, or a worse one',
  },
  check: {
    schema: checkLevels.default({}),
    placeholder: 'RULE=LEVEL',
    describe: `off, warn or error where a limit is not kept, such as max-drop=warn, for ${names(rules).join(', ')}; repeatable`,
  },
});
