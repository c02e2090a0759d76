import { z } from 'zod';

const milliseconds = z.array(z.number().positive()).min(1);

/** What a child is told. */
export interface Assignment {
  readonly candidate: string;
  readonly subject: string;
  readonly model: string;
  /** Folder of `writeBatches`. */
  readonly batches: string;
  readonly batchSize: number;
  readonly evaluationBatch: number;
  readonly shape: readonly number[];
  readonly warmUp: number;
  readonly steps: number;
  readonly passes: number;
  /** Milliseconds since 1970, just before the child was started. */
  readonly startedAt: number;
}

/** What a child measured; the last line that it prints, as JSON. */
export const resultSchema = z.strictObject({
  stepMs: milliseconds,
  passMs: milliseconds,
  /** From the start of the process until a first step could be taken. */
  readyMs: z.number(),
  /** The first step by itself: recorded or traced, and run. */
  firstStepMs: z.number(),
  /** Highest resident memory of the process so far, after the steps and after the passes. */
  peakBytes: z.strictObject({ training: z.number(), evaluation: z.number() }),
  /** Loss of the first step: all who train the same forward pass on the same batch have to agree. */
  firstLoss: z.number(),
  parameters: z.number().int(),
  /** Why the figures are not what the candidate's name says; null where they are. */
  caveat: z.string().nullable(),
  versions: z.record(z.string(), z.string()),
});

export type Result = z.infer<typeof resultSchema>;
