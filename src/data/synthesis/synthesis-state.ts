import { z } from 'zod';
import { type CheckpointSlot, unusableCheckpoint } from '../../core/index.js';
import { compiledStateSchema } from '../../engine/engine.js';
import { movedBatchSchema } from './input-optimizer.js';
import { paceStateSchema } from './pace.js';

/** All that a synthesis needs to go on. */
const synthesisStateSchema = z.object({
  moved: z.array(movedBatchSchema),
  /** Those to measure on. */
  measured: z.array(movedBatchSchema),
  /** Whether all of the first are there: a limit may have ended it. */
  isMoved: z.boolean(),
  pace: paceStateSchema,
  compiled: compiledStateSchema,
});

export type SynthesisState = z.output<typeof synthesisStateSchema>;

const BEGINNING: SynthesisState = {
  moved: [],
  measured: [],
  isMoved: false,
  pace: { usedMs: 0, setUpMs: 0, decided: null },
  compiled: [],
};

/**
 * The state that an interrupted run kept; that of the beginning where there is none.
 *
 * @throws QgtError `output` where it is of something else.
 */
export async function loadState(checkpoint: CheckpointSlot | undefined): Promise<SynthesisState> {
  const found = await checkpoint?.load();
  if (found === undefined) return BEGINNING;
  const { data, error } = synthesisStateSchema.safeParse(found);
  if (data === undefined) throw unusableCheckpoint('the checkpoint', 'its inputs are of another run', error);
  return data;
}
