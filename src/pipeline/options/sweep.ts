import { z } from 'zod';
import { declare } from './option.js';

/** Address of a Redis server. */
export const serverUrl = z
  .string()
  .refine((text) => /^rediss?:$/.test(parsedUrl(text)?.protocol ?? '') && parsedUrl(text)?.hostname !== '', {
    message: 'must be the address of a Redis server, such as redis://localhost:6379',
  });

function parsedUrl(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}

/** Options for sweeps, besides those of their trials. */
export const sweepOptions = declare({
  jobs: {
    schema: z.int().min(1).max(1024).default(1),
    placeholder: 'N',
    describe: 'Trials at a time; one uses every core already, more are worth it for small models',
  },
  rungs: {
    schema: z.int().min(2).max(8).optional(),
    placeholder: 'N',
    describe:
      'Stop trials early, in so many rounds: after each the best third goes on, from the start and with three times the epochs (default: every trial trains in full)',
  },
  prepare: {
    schema: z.boolean().default(false),
    describe: 'Write the folder with its trials, and run none: for `qgt sweep run`, here or elsewhere',
  },
  retry: {
    schema: z.boolean().default(false),
    describe: 'Run failed trials again',
  },
  queue: {
    schema: serverUrl.optional(),
    placeholder: 'URL',
    describe:
      'Hand the trials to workers over a Redis server, redis://host:6379, and wait for them: start `qgt worker` with the same URL, anywhere (default: they run here)',
  },
  cache: {
    schema: z.string().min(1).optional(),
    placeholder: 'DIR',
    path: true,
    describe:
      "Folder for models and data that are fetched, and trials of sweeps whose folder is out of reach (default: in the user's cache)",
  },
  fetch: {
    schema: z.boolean().default(false),
    describe: "Fetch models and data also where the sweep's folder is in reach, as where its disk is slow",
  },
  index: {
    schema: z.int().min(0).optional(),
    placeholder: 'N',
    describe: 'Run one part of the trials, with --of: N counts from 0 (default: all that nobody else runs)',
  },
  of: {
    schema: z.int().min(1).optional(),
    placeholder: 'M',
    describe: 'Number of parts of the trials',
  },
});
