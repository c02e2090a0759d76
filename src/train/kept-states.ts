import type { CheckpointMoment } from '../core/index.js';
import type { TrainerParts } from './trainer-parts.js';
import type { TrainingCheckpoint } from './training-checkpoint.js';

/** States of a training, kept where a place for them was given: another run can go on from the last one. */
export class KeptStates {
  readonly #parts: TrainerParts;
  readonly #checkpoint: TrainingCheckpoint | undefined;

  constructor(parts: TrainerParts, checkpoint: TrainingCheckpoint | undefined) {
    this.#parts = parts;
    this.#checkpoint = checkpoint;
  }

  /** Goes on from the state of an interrupted training. @returns Whether there was one. */
  resume(): boolean {
    const begun = this.#checkpoint?.begun ?? null;
    if (begun === null) return false;
    const { schedule, budget, options } = this.#parts;
    this.#parts.resume(begun);
    const { done, total } = schedule;
    const found =
      budget.repeatedBy === null ? '' : ', the number that --max-time left time for when it began';
    options.onProgress({ kind: 'note', text: `training goes on after step ${done} of ${total}${found}` });
    return true;
  }

  /** Keeps the present state. */
  async save(): Promise<void> {
    await this.#checkpoint?.save(this.#parts.state());
  }

  async saveIfDue(moment: CheckpointMoment): Promise<void> {
    // A run that goes on is to train on from where this one was stopped, not to end there.
    if (!this.#parts.isStopped && this.#checkpoint?.isDue(moment)) await this.save();
  }
}
