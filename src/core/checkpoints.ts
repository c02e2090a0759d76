import type { RunControls } from './controls.js';
import { QgtError } from './errors.js';
import type { RunClock } from './run-clock.js';

/** When a state may be saved: after a part of the work, such as an epoch, or within one. */
export type CheckpointMoment = 'between parts' | 'within a part';

/** Place of one long piece of a run's work, where its state is kept so that an interrupted run can go on from it. */
export interface CheckpointSlot {
  /**
   * @returns The state that an interrupted run saved last, for the owner to check; undefined where there is none.
   * @throws QgtError `output` where it is damaged.
   */
  load(): Promise<unknown>;
  /** Whether it is long enough since a state was saved. */
  isDue(moment: CheckpointMoment): boolean;
  /** @param state  Of numbers, texts, lists, maps, objects and typed arrays. */
  save(state: unknown): Promise<void>;
}

/** Kinds of long pieces of work, and decisions by the time left on which of them come. */
export type CheckpointKind = 'synthesis' | 'sensitivity' | 'training' | 'decision';

/** The long pieces of a run's work; a run that is repeated has the same ones in the same order. */
export interface Checkpoints {
  /** The slot of the next piece of a kind. */
  next(kind: CheckpointKind): CheckpointSlot;
}

/** Controls of a run, as its stages hand them down. */
export interface StageControls extends RunControls {
  /** Left out: nothing is kept. */
  readonly checkpoints?: Checkpoints | undefined;
  /** Time of the whole run; left out: no limit. */
  readonly clock?: RunClock | undefined;
}

/** The error that a checkpoint can't be gone on from, and what can be done. */
export function unusableCheckpoint(where: string, what: string, cause?: unknown): QgtError {
  const remedy = 'leave out --resume and give --force, which starts anew';
  return new QgtError('output', { where, what, remedy, cause });
}
