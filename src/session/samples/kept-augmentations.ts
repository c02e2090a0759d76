import { z } from 'zod';
import { type CheckpointSlot, unusableCheckpoint } from '../../core/index.js';
import { type Augmentation, parseAugmentations } from '../../data/index.js';

/** Augmentations of the training samples, and notes on why they were chosen. */
export interface ChosenAugmentations {
  readonly augmentations: readonly Augmentation[];
  readonly notes: readonly string[];
}

/** A choice by a judge that takes time. */
export interface JudgedAugmentations extends ChosenAugmentations {
  /** Whether there was none, for want of time. */
  readonly isLeftOut: boolean;
}

const stateSchema = z.object({
  names: z.array(z.string()),
  notes: z.array(z.string()),
  isLeftOut: z.boolean(),
});

/**
 * The choice that an interrupted run had made, however much time is left now; where it had not, it is made and kept.
 *
 * @param slot  Left out: nothing is kept.
 * @throws QgtError `output` where something else was kept.
 */
export async function keptAugmentations(
  slot: CheckpointSlot | undefined,
  judge: () => Promise<JudgedAugmentations>,
): Promise<JudgedAugmentations> {
  const found = await slot?.load();
  if (found !== undefined) return augmentationsOf(found);
  const chosen = await judge();
  const { augmentations, notes, isLeftOut } = chosen;
  const names = augmentations.map(({ name }) => name);
  await slot?.save({ names, notes: [...notes], isLeftOut } satisfies z.output<typeof stateSchema>);
  return chosen;
}

function augmentationsOf(found: unknown): JudgedAugmentations {
  const { data, error } = stateSchema.safeParse(found);
  if (data === undefined)
    throw unusableCheckpoint('the checkpoint', 'its augmentations are of another run', error);
  const { names, notes, isLeftOut } = data;
  return { augmentations: names.flatMap(parseAugmentations), notes, isLeftOut };
}
