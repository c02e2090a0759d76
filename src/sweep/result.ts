import { z } from 'zod';
import type { MetricReport } from '../report/index.js';
import { trialIdSchema } from './trial.js';

const figuresSchema = z.object({
  name: z.string(),
  /** The output that lost most; null: there is only one. */
  output: z.string().nullable(),
  before: z.number(),
  after: z.number(),
  /** In points (hundredths). */
  drop: z.number(),
  samples: z.int(),
  on: z.string(),
});

/** How well a file does on some samples. */
export type Figures = z.output<typeof figuresSchema>;

const common = { version: z.literal(1), id: trialIdSchema, durationMs: z.number() };

export const resultSchema = z.discriminatedUnion('status', [
  z.object({
    ...common,
    status: z.literal('done'),
    bytesBefore: z.int().positive(),
    bytes: z.int().positive(),
    ratio: z.number().positive(),
    /** On the samples that the report of the trial is on; null: not measured. */
    metric: figuresSchema.nullable(),
    /** On others, to choose by; null: too few are held out. */
    choice: figuresSchema.nullable(),
    /** Reasons to distrust the figures. */
    warnings: z.array(z.string()),
  }),
  z.object({
    ...common,
    status: z.literal('failed'),
    error: z.object({ code: z.string(), message: z.string() }),
  }),
]);

/** End of a trial. */
export type TrialResult = z.output<typeof resultSchema>;
export type DoneTrial = Extract<TrialResult, { status: 'done' }>;

/** The figures of a report, with the data named as in all places. */
export function figuresOf(metric: MetricReport | null, named: (text: string) => string): Figures | null {
  if (metric === null) return null;
  const { name, output, before, after, drop, samples, on } = metric;
  return { name, output, before, after, drop, samples, on: named(on) };
}
