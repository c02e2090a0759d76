import { z } from 'zod';
import { resultSchema } from '../result.js';
import { type Trial, trialSchema } from '../trial.js';

/** The queue of a server, which all sweeps share: workers take whatever is next. */
export const QUEUE = 'qgt-trials';

export const jobSchema = z.object({
  /** The sweep's name in the queue. */
  sweep: z.uuid(),
  /** The sweep's folder on the machine that asks for the trial. */
  folder: z.string().min(1),
  /** Name of the trial, to tell. */
  name: z.string(),
  trial: trialSchema,
  /** Version of qgt that is to run it. */
  trainedBy: z.string(),
});

/** A trial as it stands in the queue. */
export type QueuedTrial = z.output<typeof jobSchema>;

export const hashSchema = z.string().regex(/^[0-9a-f]{64}$/);

export const fileSchema = z.object({
  /** With slashes, inside a folder. */
  path: z
    .string()
    .min(1)
    .refine(
      (path) => path.split(/[\\/]/).every((part) => !['', '.', '..'].includes(part)) && !path.includes('\0'),
    ),
  bytes: z.int().min(0),
  /** SHA-256 of its content. */
  hash: hashSchema,
});

/** A file by its content. */
export type HashedFile = z.output<typeof fileSchema>;

export const outcomeSchema = z.object({
  result: resultSchema,
  /** Files of the output folder, which wait on the server; null: they are in the sweep's folder. */
  files: z.array(fileSchema).nullable(),
});

/** End of a trial, as its worker tells it. */
export type Outcome = z.output<typeof outcomeSchema>;

/** The job of a run; the same however often it is put into the queue. */
export const jobIdOf = (sweep: string, { id }: Pick<Trial, 'id'>): string => `${sweep}_${id}`;
