import { z } from 'zod';
import { trialIdSchema } from '../trial.js';
import { fileSchema, hashSchema } from './queued-trial.js';

/** Size of the pieces that files are handed over in: small enough that the server answers others meanwhile. */
export const PIECE_BYTES = 1 << 20;
/** How long a server keeps what nobody has fetched, in seconds. */
export const KEPT_S = 7 * 24 * 3600;

export const pieceCount = ({ bytes }: { readonly bytes: number }): number => Math.ceil(bytes / PIECE_BYTES);

/** Key of a piece of a file that a worker has made for a job. */
export const pieceKey = (job: string, hash: string, index: number): string => `qgt:${job}:${hash}:${index}`;

/** Key of the list of what workers ask of the process that has a sweep's folder. */
export const requestsKey = (sweep: string): string => `qgt:${sweep}:requests`;

export const requestSchema = z.object({
  id: z.uuid(),
  /** Key of the list that takes the answer. */
  reply: z.string().regex(/^qgt:[0-9a-f-]{36}:reply$/),
  what: z.discriminatedUnion('kind', [
    /** The files of a trial's model and data. */
    z.object({ kind: z.literal('inputs'), trial: trialIdSchema }),
    z.object({ kind: z.literal('piece'), hash: hashSchema, index: z.int().min(0) }),
  ]),
});

/** Request of a worker for a part of the files. */
export type FileRequest = z.output<typeof requestSchema>['what'];

export const inputsSchema = z.object({
  /** Options of the trial, with paths as in the folder that the files are laid out in. */
  options: z.record(z.string(), z.unknown()),
  files: z.array(fileSchema),
});

/** Files that a trial reads. */
export type TrialInputs = z.output<typeof inputsSchema>;

/** Length of a request's id, which an answer begins with; a byte follows that is 0, or 1 before an error's text. */
export const ID_BYTES = 36;
