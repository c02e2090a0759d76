import { setImmediate } from 'node:timers/promises';
import { type CheckpointMoment, throwIfAborted } from '../core/index.js';
import { disableDropout } from '../model/index.js';
import { lowerBatchNormMomentum } from './batch-norm-statistics.js';
import { advantageOf, BestWeights } from './best-weights.js';
import { CodeWatch } from './code-watch.js';
import { DivergenceGuard } from './divergence-guard.js';
import { fillingKernels, type GuidedKernel, penaltyFactorOf } from './guided-kernel.js';
import { PenaltyControl } from './penalty-control.js';
import { Schedule } from './schedule.js';
import type { SizeControl, SizeControlOptions } from './size-control.js';
import { Snapping } from './snapping.js';
import { takeSnapshot } from './snapshot.js';
import { SteadySize } from './steady-size.js';
import { Stepper } from './stepper.js';
import { renewStatistics } from './student-statistics.js';
import { TimeBudget } from './time-budget.js';
import { type Trainee, variablesOf } from './trainee.js';
import type { Pass, TrainerState } from './trainer-state.js';
import type { EpochTrace, FineTuneOptions, Training, TrainingData } from './training.js';
import type { TrainingCheckpoint } from './training-checkpoint.js';
import { assignValues, readValues } from './variable-values.js';

/** With `forward: float` the kernels go to their grid here, and the rest is trained on. */
const SNAP_AT = 0.9;
/** Share of the epochs, at least 5 epochs, without improvement after which training stops. */
const PATIENCE_SHARE = 0.5;
const MIN_PATIENCE = 5;

/** The loop of a training: runs epochs and steps, reports them and keeps the best state. Disposed of afterwards. */
export class Trainer {
  readonly #trainee: Trainee;
  readonly #data: TrainingData;
  readonly #options: FineTuneOptions;
  readonly #checkpoint: TrainingCheckpoint | undefined;
  readonly #schedule: Schedule;
  readonly #budget: TimeBudget;
  readonly #stepper: Stepper;
  readonly #guard: DivergenceGuard;
  readonly #best: BestWeights;
  readonly #codes: CodeWatch;
  #trace: EpochTrace[] = [];
  #notes: string[] = [];
  /** The pass that is under way; null: the next one begins. */
  #pass: Pass | null = null;
  #snapping: Snapping;
  /** null: the size of the file is left to itself. */
  readonly #size: SizeControl | null;
  #isSmallEnough = true;
  #isStopped = false;
  /** Note on BatchNorm's statistics, of the state that is kept. */
  #statisticsNote: string | null = null;

  constructor(
    trainee: Trainee,
    data: TrainingData,
    options: FineTuneOptions,
    checkpoint: TrainingCheckpoint | undefined,
  ) {
    this.#trainee = trainee;
    this.#data = data;
    this.#options = options;
    this.#checkpoint = checkpoint;
    this.#schedule = new Schedule(options, data.steps);
    this.#budget = new TimeBudget(options);
    this.#codes = new CodeWatch(trainee.kernels);
    this.#snapping = new Snapping(trainee.kernels);
    this.#size = data.size === undefined ? null : controlSize(trainee.kernels, data.size);
    lowerBatchNormMomentum(trainee.layers);
    disableDropout(trainee.layers);
    this.#stepper = new Stepper(trainee, options);
    const variables = variablesOf(trainee);
    this.#guard = new DivergenceGuard(variables);
    this.#best = new BestWeights(variables);
  }

  /** Trains from the first step, or where an interrupted training was, to the last; call it once. */
  async train(): Promise<Training> {
    await this.#begin();
    while (this.#pass !== null || !this.#schedule.isOver) {
      this.#pass ??= { start: this.#schedule.done, steps: 0, lossSum: 0 };
      const { start } = this.#pass;
      const loss = await this.#runEpoch(this.#pass);
      this.#pass = null;
      if (loss === null) this.#goBack(start);
      else {
        await this.#finishEpoch(loss);
        this.#stopIfStalled();
        this.#prepareNextEpoch();
        if (this.#isDue('between parts')) await this.#saveCheckpoint();
      }
    }
    await this.#snap();
    await this.#renewStatistics();
    await this.#keepBest();
    this.#note(this.#statisticsNote);
    return {
      trace: this.#trace,
      epochsDone: this.#schedule.done / this.#schedule.stepsPerEpoch,
      precision: this.#stepper.precision,
      repeatedBy: this.#budget.repeatedBy,
      isStopped: this.#isStopped,
      residuals: this.#snapping.residuals,
      entropyPenalty: penaltyFactorOf(this.#trainee.kernels),
      filling: fillingKernels(this.#trainee.kernels),
      unsnapped: this.#snapping.unsnapped,
      notes: this.#notes,
    };
  }

  async #begin(): Promise<void> {
    const begun = this.#checkpoint?.begun ?? null;
    if (begun !== null) return this.#resume(begun);
    await this.#size?.begin();
    this.#guard.keep();
  }

  #isDue(moment: CheckpointMoment): boolean {
    // A run that goes on is to train on from where this one was stopped, not to end there.
    return !this.#isStopped && (this.#checkpoint?.isDue(moment) ?? false);
  }

  /** Keeps the present state, from which another run can go on, where a place for it was given. */
  async #saveCheckpoint(): Promise<void> {
    await this.#checkpoint?.save(this.#state());
  }

  #state(): TrainerState {
    return {
      variables: readValues(variablesOf(this.#trainee)),
      schedule: this.#schedule.state(),
      budget: this.#budget.state(),
      stepper: this.#stepper.state(),
      guard: this.#guard.state(),
      best: this.#best.state(),
      codes: this.#codes.state(),
      snapping: this.#snapping.state(),
      size: this.#size?.state() ?? null,
      isSmallEnough: this.#isSmallEnough,
      pass: this.#pass,
      trace: this.#trace,
      notes: this.#notes,
    };
  }

  #resume(state: TrainerState): void {
    this.#stepper.resume(state.stepper);
    assignValues(variablesOf(this.#trainee), state.variables);
    this.#schedule.resume(state.schedule);
    this.#budget.resume(state.budget);
    this.#guard.resume(state.guard);
    this.#best.resume(state.best);
    this.#codes.resume(state.codes);
    this.#snapping.resume(state.snapping);
    this.#size?.resume(state.size);
    this.#isSmallEnough = state.isSmallEnough;
    this.#pass = state.pass;
    this.#trace = state.trace;
    this.#notes = state.notes;
    const { done, total } = this.#schedule;
    this.#options.onProgress({ kind: 'note', text: `training goes on after step ${done} of ${total}` });
  }

  /** Runs one pass, or the rest of it; returns its mean loss, or null as soon as the loss is not finite. */
  async #runEpoch(pass: Pass): Promise<number | null> {
    const schedule = this.#schedule;
    for await (const batch of this.#data.batches(schedule.epoch, pass.steps)) {
      if (schedule.isOver) break;
      if (this.#options.signal?.aborted) await this.#saveCheckpoint();
      throwIfAborted(this.#options.signal);
      if (this.#options.forward === 'float' && schedule.done >= SNAP_AT * schedule.total) await this.#snap();
      const loss = await this.#stepper.run(batch, this.#rates());
      if (!Number.isFinite(loss)) return null;
      pass.lossSum += loss;
      pass.steps++;
      schedule.advance();
      this.#note(this.#budget.check(schedule));
      this.#options.onProgress({
        kind: 'step',
        epoch: schedule.epoch + 1,
        epochs: schedule.epochs,
        step: schedule.done,
        steps: schedule.total,
        loss: pass.lossSum / pass.steps,
        remainingMs: this.#budget.remainingMs(schedule),
      });
      if (this.#isDue('within a part')) await this.#saveCheckpoint();
      // Lets signals, timers and the spinner run between steps, which block the event loop.
      await setImmediate();
      await this.#stopIfAsked();
    }
    return pass.steps === 0 ? null : pass.lossSum / pass.steps;
  }

  /** Evaluates and records the epoch, and keeps its state. */
  async #finishEpoch(loss: number): Promise<void> {
    const schedule = this.#schedule;
    schedule.finishEpoch();
    const { epoch } = schedule;
    if (epoch === 1) for (const text of this.#stepper.notes()) this.#note(text);
    const fits = this.#size === null || (await this.#size.fits(this.#stepper.phase));
    const metric = (await this.#data.evaluate?.()) ?? null;
    this.#trace.push({
      epoch,
      loss,
      ...this.#rates(),
      metric: metric?.value ?? null,
      residuals: this.#snapping.residuals,
      flips: this.#codes.flips(),
      entropyPenalty: penaltyFactorOf(this.#trainee.kernels),
    });
    if (metric !== null) this.#best.offer({ epoch, score: metric.score, fits });
    this.#options.onProgress({
      kind: 'epoch',
      epoch,
      epochs: schedule.epochs,
      loss,
      ...(metric === null ? {} : { metric }),
      remainingMs: this.#budget.remainingMs(schedule),
    });
  }

  /** Ends the training with the step that was just done, where that was asked for; its state is kept as it is before that. */
  async #stopIfAsked(): Promise<void> {
    const { done, total } = this.#schedule;
    if (!this.#options.stopEarly?.aborted || done >= total) return;
    await this.#saveCheckpoint();
    this.#isStopped = true;
    this.#schedule.shorten(done);
    this.#note(`stopped on demand after ${done} of ${total} steps`);
  }

  /** Takes the steps since `start` back, and the snap where it was among them. */
  #goBack(start: number): void {
    const schedule = this.#schedule;
    const epoch = Math.floor(start / schedule.stepsPerEpoch);
    const note = this.#guard.goBack({ epoch, learningRate: this.#rates().learningRate });
    schedule.rewind(start);
    if (this.#stepper.phase === 'snapped' && !this.#snapping.precedes(schedule.epoch)) {
      this.#snapping.undo();
      this.#stepper.enter('training');
    } else this.#stepper.reset();
    this.#note(note);
  }

  /** Ends a training of the kernels that no longer improves; what follows once they are on their grid still runs. */
  #stopIfStalled(): void {
    const { epoch, done, plannedEpochs, isOver } = this.#schedule;
    const patience = Math.max(MIN_PATIENCE, Math.ceil(PATIENCE_SHARE * plannedEpochs));
    if (this.#best.epoch === null || epoch - this.#best.epoch < patience) return;
    if (isOver || this.#stepper.phase === 'snapped') return;
    this.#note(
      `stopped after epoch ${epoch}: the last ${patience} brought nothing better on held-out samples`,
    );
    const isFloat = this.#options.forward === 'float';
    this.#schedule.shorten(isFloat ? Math.max(done + 1, Math.floor(done / SNAP_AT)) : done);
  }

  /** Sets the entropy penalty by the size that was measured, and takes note of where a setback leads back to. */
  #prepareNextEpoch(): void {
    this.#note(this.#size?.stuck() ?? null);
    // What was scored last stays as it was scored.
    if (!this.#schedule.isOver) this.#size?.adjust();
    this.#guard.keep();
  }

  /** Puts the kernels on their grid, in a file that is small enough; from then on the rest is trained. */
  async #snap(): Promise<void> {
    if (this.#stepper.phase === 'snapped') return;
    this.#isSmallEnough = (await this.#size?.trim()) ?? true;
    this.#snapping.snap(this.#schedule.epoch);
    this.#stepper.enter('snapped');
  }

  async #renewStatistics(): Promise<void> {
    if (this.#options.statistics === 'frozen') return;
    this.#statisticsNote = await renewStatistics(this.#trainee, () => this.#data.plain(), this.#options);
  }

  /** Goes back to the best state, where that is better than the last one once it is on its grid too. */
  async #keepBest(): Promise<void> {
    const { evaluate } = this.#data;
    const { epoch } = this.#best;
    if (evaluate === undefined || epoch === null || epoch === this.#schedule.epoch) return;
    const last = takeSnapshot(variablesOf(this.#trainee));
    const lastNote = this.#statisticsNote;
    const lastScore = (await evaluate()).score;
    this.#best.restore();
    const snapping = this.#snapping.precedes(epoch) ? this.#snapping : new Snapping(this.#trainee.kernels);
    if (snapping !== this.#snapping) snapping.snap(epoch);
    await this.#renewStatistics();
    const bestScore = (await evaluate()).score;
    const advantage = advantageOf({
      best: bestScore,
      last: lastScore,
      isLastSmallEnough: this.#isSmallEnough,
    });
    if (advantage === null) {
      last.restore();
      this.#statisticsNote = lastNote;
    } else {
      this.#snapping = snapping;
      this.#note(`kept the weights of epoch ${epoch}, which are ${advantage}`);
    }
    last.dispose();
  }

  #rates(): { readonly guidance: number; readonly learningRate: number } {
    const { guidance } = this.#schedule;
    return { guidance, learningRate: this.#schedule.learningRate(this.#guard.rateFactor) };
  }

  #note(text: string | null): void {
    if (text === null) return;
    this.#notes.push(text);
    this.#options.onProgress({ kind: 'warning', text });
  }

  /** Frees what it keeps; the student's variables stay as they are. */
  dispose(): void {
    this.#stepper.dispose();
    this.#guard.dispose();
    this.#best.dispose();
  }
}

/** Codes that are counted once follow a penalty at once; others follow late, so that it is raised and lowered by steps. */
function controlSize(kernels: readonly GuidedKernel[], options: SizeControlOptions): SizeControl {
  return options.counts === 'once' ? new SteadySize(kernels, options) : new PenaltyControl(kernels, options);
}
