import { disableDropout } from '../model/index.js';
import { lowerBatchNormMomentum } from './batch-norm-statistics.js';
import { BestWeights } from './best-weights.js';
import { CodeWatch } from './code-watch.js';
import { createSizeControl } from './create-size-control.js';
import { DivergenceGuard } from './divergence-guard.js';
import { type Rates, Schedule } from './schedule.js';
import type { SizeControl } from './size-control.js';
import { Snapping } from './snapping.js';
import { Stepper } from './stepper.js';
import { TimeBudget } from './time-budget.js';
import { type Trainee, variablesOf } from './trainee.js';
import type { Pass, TrainerState } from './trainer-state.js';
import type { EpochTrace, FineTuneOptions, TrainingData } from './training.js';
import { TrainingNotes } from './training-notes.js';
import { assignValues, readValues } from './variable-values.js';

/** The parts of a training, whose states together are its state. Disposed of afterwards. */
export class TrainerParts {
  readonly trainee: Trainee;
  readonly data: TrainingData;
  readonly options: FineTuneOptions;
  readonly schedule: Schedule;
  readonly budget: TimeBudget;
  readonly stepper: Stepper;
  readonly guard: DivergenceGuard;
  readonly best: BestWeights;
  readonly codes: CodeWatch;
  /** null: the size of the file is left to itself. */
  readonly size: SizeControl | null;
  readonly notes: TrainingNotes;
  /** The one of the state that is kept. */
  snapping: Snapping;
  isSmallEnough = true;
  /** Whether `stopEarly` ended it; no part of its state, since a run that goes on is to train on. */
  isStopped = false;
  /** The pass that is under way; null: the next one begins. */
  pass: Pass | null = null;
  trace: EpochTrace[] = [];

  constructor(trainee: Trainee, data: TrainingData, options: FineTuneOptions) {
    const { kernels, student } = trainee;
    this.trainee = trainee;
    this.data = data;
    this.options = options;
    this.schedule = new Schedule(options, data.steps);
    this.budget = new TimeBudget(options);
    this.codes = new CodeWatch(kernels);
    this.snapping = new Snapping(kernels);
    this.size = data.size === undefined ? null : createSizeControl(kernels, data.size);
    this.notes = new TrainingNotes(options.onProgress);
    lowerBatchNormMomentum(student.layers);
    disableDropout(student.layers);
    this.stepper = new Stepper(trainee, options);
    const variables = variablesOf(trainee);
    this.guard = new DivergenceGuard(variables);
    this.best = new BestWeights(variables);
  }

  /** Rates of the next step. */
  get rates(): Rates {
    return this.schedule.rates(this.guard.rateFactor);
  }

  state(): TrainerState {
    return {
      variables: readValues(variablesOf(this.trainee)),
      schedule: this.schedule.state(),
      budget: this.budget.state(),
      stepper: this.stepper.state(),
      guard: this.guard.state(),
      best: this.best.state(),
      codes: this.codes.state(),
      snapping: this.snapping.state(),
      size: this.size?.state() ?? null,
      isSmallEnough: this.isSmallEnough,
      pass: this.pass,
      trace: this.trace,
      notes: this.notes.texts,
    };
  }

  resume(state: TrainerState): void {
    this.stepper.resume(state.stepper);
    assignValues(variablesOf(this.trainee), state.variables);
    this.schedule.resume(state.schedule);
    this.budget.resume(state.budget);
    this.guard.resume(state.guard);
    this.best.resume(state.best);
    this.codes.resume(state.codes);
    this.snapping.resume(state.snapping);
    this.size?.resume(state.size);
    this.isSmallEnough = state.isSmallEnough;
    this.pass = state.pass;
    this.trace = state.trace;
    this.notes.resume(state.notes);
  }

  /** Frees what they keep; the student's variables stay as they are. */
  dispose(): void {
    this.stepper.dispose();
    this.guard.dispose();
    this.best.dispose();
  }
}
