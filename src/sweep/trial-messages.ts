import { z } from 'zod';
import type { ProgressEvent } from '../core/index.js';
import { type DoneTrial, resultSchema } from './result.js';
import type { Trial } from './trial.js';

/** Work for a trial's process. */
export interface TrialJob {
  readonly id: Trial['id'];
  /** Options of compress, with the output folder and what may be done to it. */
  readonly options: Trial['options'];
}

/** Word by which a trial's process is asked to keep its state and end. */
export const STOP = 'stop';

/** Messages of a trial's process. */
export type TrialMessage =
  | { readonly kind: 'progress'; readonly event: ProgressEvent }
  | { readonly kind: 'done'; readonly result: DoneTrial }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string };

const messageSchema = z.discriminatedUnion('kind', [
  // Our own events, which nothing else sends.
  z.object({ kind: z.literal('progress'), event: z.custom<ProgressEvent>() }),
  z.object({ kind: z.literal('done'), result: resultSchema.options[0] }),
  z.object({ kind: z.literal('failed'), code: z.string(), message: z.string() }),
]);

export const parseMessage = (message: unknown): TrialMessage => messageSchema.parse(message);

export const jobSchema = z.object({ id: z.string(), options: z.record(z.string(), z.unknown()) });
