import { z } from 'zod';
import { type Forward, forwardRecipes } from './forward.js';

/** From 0 to 1 on half a cosine: flat at both ends. `t` in [0, 1]. */
function cosineRamp(t: number): number {
  return (1 - Math.cos(Math.PI * Math.min(1, Math.max(0, t)))) / 2;
}

/** From 1 to 0 on half a cosine. `t` in [0, 1]. */
function cosineDecay(t: number): number {
  return 1 - cosineRamp(t);
}

/** Focus of the pull toward the grid at the start, and when the kernels go there. */
const FOCUS = { first: 20, last: 2 };

/** Rates of one step. */
export interface Rates {
  /** lambda, the pull toward the grid. */
  readonly guidance: number;
  /** How narrow the pull is around each level, for `focusedPull`. */
  readonly focus: number;
  readonly learningRate: number;
}

/** The length of a training and its highest rates. */
export interface ScheduleOptions {
  readonly forward: Forward;
  readonly epochs: number;
  /** Highest learning rate of a training that isn't long; it falls to 0 on a cosine, or a power of it. */
  readonly learningRate: number;
  /** Highest lambda of a training that isn't long; it rises from 0 on a cosine. */
  readonly guidance: number;
}

/** State of a schedule. */
export const scheduleStateSchema = z.object({ total: z.int(), done: z.int(), epoch: z.int() });

type ScheduleState = z.output<typeof scheduleStateSchema>;

/** The steps of a training, done and to do, and the rates that follow from how many are done. */
export class Schedule {
  readonly stepsPerEpoch: number;
  readonly #options: ScheduleOptions;
  #total: number;
  #done = 0;
  #epoch = 0;

  constructor(options: ScheduleOptions, stepsPerEpoch: number) {
    this.stepsPerEpoch = stepsPerEpoch;
    this.#options = options;
    this.#total = options.epochs * stepsPerEpoch;
  }

  /** Steps done. */
  get done(): number {
    return this.#done;
  }

  /** Steps in all. */
  get total(): number {
    return this.#total;
  }

  /** Epochs finished; the last may have been cut short. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Epochs in all, a part of one counted as one. */
  get epochs(): number {
    return Math.ceil(this.#total / this.stepsPerEpoch);
  }

  /** Epochs in all as they were planned. */
  get plannedEpochs(): number {
    return this.#options.epochs;
  }

  get isOver(): boolean {
    return this.#done >= this.#total;
  }

  /** Share of the steps that are done, 0 to 1. */
  get progress(): number {
    return this.#done / this.#total;
  }

  /** Rates of the next step; `factor` lowers the highest learning rate. */
  rates(factor: number): Rates {
    const { progress } = this;
    const { guidance, learningRate, forward } = this.#options;
    const { snapAt, decay, fullRateSteps } = forwardRecipes[forward];
    const share = Math.min(1, fullRateSteps / this.#total);
    return {
      guidance: guidance * share * cosineRamp(progress),
      focus: FOCUS.first + (FOCUS.last - FOCUS.first) * Math.min(1, progress / snapAt),
      learningRate: learningRate * factor * share * cosineDecay(progress) ** decay,
    };
  }

  advance(): void {
    this.#done++;
  }

  finishEpoch(): void {
    this.#epoch++;
  }

  /** Takes the steps since `step` back. */
  rewind(step: number): void {
    this.#done = step;
  }

  /** Ends the training after `total` steps; the rates reach their end values there. */
  shorten(total: number): void {
    this.#total = total;
  }

  state(): ScheduleState {
    return { total: this.#total, done: this.#done, epoch: this.#epoch };
  }

  resume({ total, done, epoch }: ScheduleState): void {
    this.#total = total;
    this.#done = done;
    this.#epoch = epoch;
  }
}
