import { takeFinalState } from './final-state.js';
import { finishEpoch } from './finish-epoch.js';
import { fillingKernels, penaltyFactorOf } from './guided-kernel.js';
import { KeptStates } from './kept-states.js';
import { runPass } from './pass.js';
import { restartPhase } from './snap-phase.js';
import { stopIfStalled } from './stopping.js';
import type { TrainerParts } from './trainer-parts.js';
import type { Training } from './training.js';
import type { TrainingCheckpoint } from './training-checkpoint.js';

/** The loop of a training, from epoch to epoch. */
export class Trainer {
  readonly #parts: TrainerParts;
  readonly #states: KeptStates;

  constructor(parts: TrainerParts, checkpoint: TrainingCheckpoint | undefined) {
    this.#parts = parts;
    this.#states = new KeptStates(parts, checkpoint);
  }

  /** Trains from the first step, or where an interrupted training was, to the last; call it once. */
  async train(): Promise<Training> {
    const parts = this.#parts;
    if (!this.#states.resume()) await this.#begin();
    while (parts.pass !== null || !parts.schedule.isOver) {
      parts.pass ??= { start: parts.schedule.done, steps: 0, lossSum: 0 };
      const { start } = parts.pass;
      const loss = await runPass(parts, this.#states, parts.pass);
      parts.pass = null;
      if (loss === null) this.#goBack(start);
      else {
        await finishEpoch(parts, loss);
        stopIfStalled(parts);
        this.#prepareNextEpoch();
        await this.#states.saveIfDue('between parts');
      }
    }
    await takeFinalState(parts);
    // One that was stopped is told how to go on.
    if (!parts.isStopped) parts.notes.add(parts.budget.advice);
    return this.#result();
  }

  async #begin(): Promise<void> {
    const { size, guard } = this.#parts;
    await size?.begin();
    guard.keep();
    // What was done before the first step may have taken long.
    await this.#states.saveIfDue('between parts');
  }

  /** Takes the steps since `start` back, and the snap where it was among them. */
  #goBack(start: number): void {
    const { schedule, guard, rates, notes } = this.#parts;
    const epoch = Math.floor(start / schedule.stepsPerEpoch);
    const note = guard.goBack({ epoch, learningRate: rates.learningRate });
    schedule.rewind(start);
    restartPhase(this.#parts);
    notes.add(note);
  }

  /** Sets the entropy penalty by the size that was measured, and takes note of where a setback leads back to. */
  #prepareNextEpoch(): void {
    const { schedule, size, guard, notes } = this.#parts;
    notes.add(size?.stuck() ?? null);
    // What was scored last stays as it was scored.
    if (!schedule.isOver) size?.adjust();
    guard.keep();
  }

  #result(): Training {
    const { trainee, schedule, stepper, budget, snapping, trace, notes, isStopped } = this.#parts;
    return {
      trace,
      epochsDone: schedule.done / schedule.stepsPerEpoch,
      precision: stepper.precision,
      repeatedBy: isStopped ? null : budget.repeatedBy,
      isStopped,
      residuals: snapping.residuals,
      entropyPenalty: penaltyFactorOf(trainee.kernels),
      filling: fillingKernels(trainee.kernels),
      unsnapped: snapping.unsnapped,
      notes: notes.texts,
    };
  }
}
