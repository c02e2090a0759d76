import { z } from 'zod';
import { bestStateSchema } from './best-weights.js';
import { codeStateSchema } from './code-watch.js';
import { guardStateSchema } from './divergence-guard.js';
import { scheduleStateSchema } from './schedule.js';
import { snappingStateSchema } from './snapping.js';
import { anyNumber, epochTraceSchema } from './state-schemas.js';
import { stepperStateSchema } from './stepper.js';
import { budgetStateSchema } from './time-budget.js';
import { valuesSchema } from './variable-values.js';

/** A pass over the samples that is under way. */
const passSchema = z.object({
  /** Steps done before it. */
  start: z.int(),
  /** Its steps so far, and the sum of their losses. */
  steps: z.int(),
  lossSum: anyNumber,
});

export type Pass = z.output<typeof passSchema>;

/** All that a training needs to go on. */
export const trainerStateSchema = z.object({
  /** Values of `variablesOf`. */
  variables: valuesSchema,
  schedule: scheduleStateSchema,
  budget: budgetStateSchema,
  stepper: stepperStateSchema,
  guard: guardStateSchema,
  best: bestStateSchema,
  codes: codeStateSchema,
  snapping: snappingStateSchema,
  /** State of the `SizeControl`; null: there is none. */
  size: z.unknown(),
  isSmallEnough: z.boolean(),
  pass: passSchema.nullable(),
  trace: z.array(epochTraceSchema),
  notes: z.array(z.string()),
});

export type TrainerState = z.output<typeof trainerStateSchema>;
