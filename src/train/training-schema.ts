import { z } from 'zod';
import { anyNumber, arraysByName, epochTraceSchema, numbersByName } from './state-schemas.js';
import type { Training } from './training.js';

/** `Training`, as it is kept once it is finished. */
export const trainingSchema = z.object({
  trace: z.array(epochTraceSchema),
  epochsDone: z.number(),
  precision: z.enum(['float32', 'bfloat16']),
  repeatedBy: z.int().nullable(),
  isStopped: z.boolean(),
  residuals: numbersByName,
  entropyPenalty: anyNumber,
  filling: z.set(z.string()),
  unsnapped: arraysByName,
  notes: z.array(z.string()),
}) satisfies z.ZodType<Training>;
