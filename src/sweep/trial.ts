import { createHash } from 'node:crypto';
import { z } from 'zod';
import { decidingOptions } from '../pipeline/options/deciding-options.js';
import { type ParsedOptions, parseOptions } from '../pipeline/parse-options.js';
import { trainingVersion } from '../pipeline/way-of-training.js';

/** Length of an id: enough that no two trials of one sweep have the same. */
const ID_LENGTH = 16;

export const trialIdSchema = z.string().regex(/^[0-9a-f]{16}$/);

export const trialSchema = z.object({
  /** Checksum of the options that decide its result, of its inputs, and of what trains. */
  id: trialIdSchema,
  /** Checksum of its model and its data. */
  inputs: z.string(),
  /** Options of compress; paths are relative to the sweep's folder. */
  options: z.record(z.string(), z.unknown()).refine(({ model }) => typeof model === 'string'),
});

/** One compression of a sweep. */
export type Trial = z.output<typeof trialSchema>;

/**
 * Makes a trial, whose id is the same for the same options and inputs.
 *
 * @throws QgtError `usage` for options that compress doesn't take.
 */
export function createTrial(options: Trial['options'], inputs: string): Trial {
  return { id: idOf(parseOptions('compress', options), inputs), inputs, options };
}

function idOf(options: ParsedOptions<'compress'>, inputs: string): string {
  const { maxTime, engine } = options;
  const ours = [
    ['engine', engine],
    ['maxTime', String(maxTime)],
    ['trainedBy', trainingVersion()],
  ];
  const deciding = [...decidingOptions(options), ...ours];
  const text = JSON.stringify([deciding.sort(([a], [b]) => (a! < b! ? -1 : 1)), inputs]);
  return createHash('sha256').update(text).digest('hex').slice(0, ID_LENGTH);
}
