import { z } from 'zod';
import { unusableCheckpoint } from '../core/index.js';

/** Any number: a state may hold infinite ones, and NaN. */
export const anyNumber = z.custom<number>((value) => typeof value === 'number');

/** One array for each kernel, by name. */
export const arraysByName = z.map(
  z.string(),
  z.custom<Float32Array>((value) => value instanceof Float32Array),
);

/** One number for each kernel, by name. */
export const numbersByName = z.record(z.string(), anyNumber);

/** `EpochTrace`. */
export const epochTraceSchema = z.object({
  epoch: z.int(),
  loss: anyNumber,
  guidance: anyNumber,
  learningRate: anyNumber,
  metric: anyNumber.nullable(),
  residuals: numbersByName,
  flips: numbersByName,
  entropyPenalty: anyNumber,
});

/** A state by its schema. @throws QgtError `output` where it is one of something else. */
export function parsedState<Schema extends z.ZodType>(schema: Schema, state: unknown): z.output<Schema> {
  const { success, data, error } = schema.safeParse(state);
  if (!success) throw unusableCheckpoint('the checkpoint', 'is of another training', error);
  return data;
}
