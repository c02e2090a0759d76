import { setImmediate } from 'node:timers/promises';
import { type OnProgress, QgtError, throwIfAborted } from '../core/index.js';
import { ratesAt } from '../engine/adam.js';
import * as tf from '../engine/tf.js';
import { variableOf } from '../engine/weights.js';
import { type Batch, inputTensors, type OutputReading, targetTensors } from '../metrics/index.js';
import { estimateStatistics, hasBatchNorm, quickenStatistics } from './batch-norm-statistics.js';
import { CodeWatch } from './code-watch.js';
import { dropNothing } from './drop-nothing.js';
import { residualOf } from './guided-kernel.js';
import { controlPrice, type PriceControlOptions } from './price-control.js';
import { fall, rise } from './schedule.js';
import { type Snapshot, takeSnapshot } from './snapshot.js';
import { createStep, type StepOptions, type TrainingStep } from './step.js';
import { StepClock } from './step-clock.js';
import { type Batches, outputsOf, settle, type Trainee, variablesOf } from './trainee.js';

/** How long and how hard to train. */
export interface FineTuneOptions extends StepOptions {
  readonly epochs: number;
  /** Highest learning rate; it falls to 0 on a cosine. */
  readonly learningRate: number;
  /** Highest lambda; it rises from 0 on a cosine. */
  readonly strength: number;
  /** Training stops after so many milliseconds: the schedule is shortened to what fits. */
  readonly maxMs?: number;
  readonly outputs: readonly OutputReading[];
  readonly onProgress: OnProgress;
  readonly signal?: AbortSignal;
}

/** The data of a training. */
export interface TrainingData {
  /** Steps in one epoch. */
  readonly steps: number;
  /** One shuffled pass, varied as the user wants it; a batch's arrays may change when the next is asked for. */
  batches(epoch: number): Batches;
  /** A shuffled pass over the samples as they are, for BatchNorm's statistics. */
  plain(): Batches;
  /** The student on its grid, on the held-out part; absent where there is none. */
  readonly evaluate?: () => Promise<{
    readonly name: string;
    readonly value: number;
    /** By which states are compared: more is better. */
    readonly score: number;
  }>;
  /** A size to come to by the price of a bit; absent where the price is given, or there is none. */
  readonly size?: PriceControlOptions | undefined;
}

/** One epoch's figures. */
export interface EpochTrace {
  readonly epoch: number;
  /** Mean over the epoch, guidance left out. */
  readonly loss: number;
  /** lambda at its end. */
  readonly strength: number;
  readonly learningRate: number;
  readonly metric: number | null;
  /** `|w - Q(w)|^2 / |w|^2` by kernel. */
  readonly residuals: Readonly<Record<string, number>>;
  /** Share of the codes that are not what they were an epoch before, by kernel. */
  readonly flips: Readonly<Record<string, number>>;
  /** Of a bit, in units of a channel's mean square. */
  readonly price: number;
}

/** What a training did. */
export interface Training {
  readonly trace: readonly EpochTrace[];
  readonly epochsDone: number;
  /** Before the weights were put on their grid, by kernel. */
  readonly residuals: Readonly<Record<string, number>>;
  /** The kernels as they were before that, row-major. */
  readonly unsettled: ReadonlyMap<string, Float32Array>;
  readonly notes: readonly string[];
}

/** With `forward: float` the kernels go to their grid here, and the rest is trained on. */
const SETTLE_AT = 0.9;
/** Training stops when so large a share of the epochs, 5 at least, brought nothing better. */
const PATIENCE_SHARE = 0.5;
const LEAST_PATIENCE = 5;
const MAX_SETBACKS = 4;
const SETBACK_FACTOR = 0.3;
const STATISTICS_BATCHES = 100;

/**
 * Trains the student toward its grid and leaves it there, BatchNorm statistics estimated anew.
 *
 * A loss that is not finite takes it back to the last good epoch with a lower learning rate.
 *
 * @throws QgtError `diverged` when that didn't help, `aborted`.
 * @see Ghamari et al. 2021, arXiv:2103.06231.
 */
export async function fineTune(
  trainee: Trainee,
  data: TrainingData,
  options: FineTuneOptions,
): Promise<Training> {
  const run = new FineTuning(trainee, data, options);
  try {
    return await run.train();
  } finally {
    run.dispose();
  }
}

class FineTuning {
  readonly #trainee: Trainee;
  readonly #data: TrainingData;
  readonly #options: FineTuneOptions;
  readonly #notes: string[] = [];
  readonly #trace: EpochTrace[] = [];
  #residuals: Record<string, number> = {};
  #unsettled: ReadonlyMap<string, Float32Array> = new Map();
  #step: TrainingStep;
  #phase: 'free' | 'settled' = 'free';
  #lastGood: Snapshot;
  /** The state that was best on the held-out part, the latest of equals. */
  #best: { readonly epoch: number; readonly score: number; readonly snapshot: Snapshot } | null = null;
  /** Whether the file would be small enough as the weights were at the end of the last epoch. */
  #fits = true;
  #total: number;
  #done = 0;
  /** Steps since the optimiser's moments were 0. */
  #adamStep = 0;
  #rateFactor = 1;
  #setbacks = 0;
  readonly #clock: StepClock;
  readonly #codes: CodeWatch;

  constructor(trainee: Trainee, data: TrainingData, options: FineTuneOptions) {
    this.#trainee = trainee;
    this.#data = data;
    this.#options = options;
    this.#total = options.epochs * data.steps;
    this.#clock = new StepClock(options.maxMs);
    this.#codes = new CodeWatch(trainee.kernels);
    quickenStatistics(trainee.layers);
    dropNothing(trainee.layers);
    this.#step = createStep(trainee, options, 'free');
    this.#lastGood = this.#snapshot();
  }

  async train(): Promise<Training> {
    let epoch = 0;
    while (this.#done < this.#total) {
      const from = this.#done;
      const loss = await this.#epoch(epoch);
      if (loss === null) {
        this.#goBack(from);
        continue;
      }
      epoch++;
      await this.#finishEpoch(epoch, loss);
      this.#watchProgress(epoch);
    }
    this.#settle();
    await this.#statistics();
    await this.#keepBest(epoch);
    return {
      trace: this.#trace,
      epochsDone: this.#done / this.#data.steps,
      residuals: this.#residuals,
      unsettled: this.#unsettled,
      notes: this.#notes,
    };
  }

  /** One pass; null as soon as the loss is not finite. */
  async #epoch(epoch: number): Promise<number | null> {
    let sum = 0;
    let steps = 0;
    for await (const batch of this.#data.batches(epoch)) {
      if (this.#done >= this.#total) break;
      throwIfAborted(this.#options.signal);
      if (this.#options.forward === 'float' && this.#done >= SETTLE_AT * this.#total) this.#settle();
      const loss = await this.#run(batch);
      if (!Number.isFinite(loss)) return null;
      sum += loss;
      steps++;
      this.#done++;
      this.#watchTime();
      this.#options.onProgress({
        kind: 'step',
        epoch: epoch + 1,
        epochs: Math.ceil(this.#total / this.#data.steps),
        step: this.#done,
        steps: this.#total,
        loss: sum / steps,
        remainingMs: this.#remainingMs(),
      });
      // Lets signals, timers and the spinner in between steps that block the loop.
      await setImmediate();
    }
    return steps === 0 ? null : sum / steps;
  }

  async #run(batch: Batch): Promise<number> {
    const { inputs } = this.#trainee;
    const xs = inputTensors(batch, { inputs });
    const ys =
      batch.labels === undefined ? [] : targetTensors(batch.labels, batch.size, this.#options.outputs);
    this.#adamStep++;
    try {
      return await this.#step.run(xs, ys, {
        strength: this.#strength(),
        adam: ratesAt(this.#learningRate(), this.#adamStep),
      });
    } finally {
      tf.dispose([...xs, ...ys]);
    }
  }

  async #finishEpoch(epoch: number, loss: number): Promise<void> {
    if (epoch === 1) this.#noteCompiling();
    if (this.#phase === 'free') this.#measureResiduals();
    const metric = (await this.#data.evaluate?.()) ?? null;
    const price = this.#price();
    this.#fits = this.#data.size === undefined || (await controlPrice(this.#data.size)).fits;
    this.#trace.push({
      epoch,
      loss,
      strength: this.#strength(),
      learningRate: this.#learningRate(),
      metric: metric?.value ?? null,
      residuals: this.#residuals,
      flips: this.#codes.flips(),
      price,
    });
    this.#lastGood.dispose();
    this.#lastGood = this.#snapshot();
    if (metric !== null && this.#fits && metric.score >= (this.#best?.score ?? Number.NEGATIVE_INFINITY)) {
      this.#best?.snapshot.dispose();
      this.#best = { epoch, score: metric.score, snapshot: this.#snapshot() };
    }
    this.#options.onProgress({
      kind: 'epoch',
      epoch,
      epochs: Math.ceil(this.#total / this.#data.steps),
      loss,
      ...(metric === null ? {} : { metric }),
      remainingMs: this.#remainingMs(),
    });
  }

  /** Of a bit; 0 where bits cost nothing. */
  #price(): number {
    const rate = this.#trainee.kernels.find((kernel) => kernel.rate !== undefined)?.rate;
    return rate === undefined ? 0 : rate.price.dataSync()[0]!;
  }

  /** Ends a training that no longer gets anywhere. */
  #watchProgress(epoch: number): void {
    const patience = Math.max(LEAST_PATIENCE, Math.ceil(PATIENCE_SHARE * this.#options.epochs));
    if (this.#best === null || epoch - this.#best.epoch < patience || this.#done >= this.#total) return;
    this.#note(
      `stopped after epoch ${epoch}: the last ${patience} brought nothing better on held-out samples`,
    );
    this.#total = this.#done;
  }

  /** Goes back to the best state, where that is better than the last one once it is on its grid too. */
  async #keepBest(lastEpoch: number): Promise<void> {
    if (this.#best === null || this.#best.epoch === lastEpoch) return;
    const { epoch, snapshot } = this.#best;
    const last = this.#snapshot();
    const lastScore = (await this.#data.evaluate!()).score;
    snapshot.restore();
    const unsettled = this.#kernels();
    settle(this.#trainee.kernels);
    await this.#statistics();
    const bestScore = (await this.#data.evaluate!()).score;
    if (bestScore > lastScore || !this.#fits) {
      this.#unsettled = unsettled;
      this.#note(
        `kept the weights of epoch ${epoch}, which are ` +
          `${this.#fits ? 'better on held-out samples than the last' : 'the best within the size'}`,
      );
    } else last.restore();
    last.dispose();
  }

  /** What the user would otherwise wonder about: a slow step, or another arithmetic. */
  #noteCompiling(): void {
    const slow = this.#step.eagerReason();
    if (slow !== null) this.#note(`training goes op by op, which is slower than a recorded step: ${slow}`);
    const chosen = this.#step.precision();
    if (chosen?.name === 'bfloat16') this.#note(`convolutions compute in bfloat16: ${chosen.reason}`);
    else if (this.#options.precision === 'bfloat16')
      this.#note(
        `convolutions compute in float32: ${chosen?.reason ?? `the ${this.#trainee.engine.name} engine has no other`}`,
      );
  }

  #goBack(toStep: number): void {
    this.#setbacks++;
    if (this.#setbacks > MAX_SETBACKS) {
      throw new QgtError('diverged', {
        where: 'training',
        what: `the loss was not a finite number ${this.#setbacks} times`,
        got: `a learning rate of ${(this.#learningRate()).toPrecision(2)} at last`,
        remedy: 'check the data and the input range, or set a lower --learning-rate',
      });
    }
    this.#lastGood.restore();
    this.#done = toStep;
    this.#rateFactor *= SETBACK_FACTOR;
    this.#step.reset();
    this.#adamStep = 0;
    this.#note(
      `the loss was not a finite number: back to the end of epoch ${Math.floor(toStep / this.#data.steps)}, ` +
        `with ${SETBACK_FACTOR} times the learning rate`,
    );
  }

  /** Shortens the schedule to what there is time for, and says so. */
  #watchTime(): void {
    const shortened = this.#clock.tick(this.#done, this.#total);
    if (shortened === null) return;
    const { epochs, maxMs = 0 } = this.#options;
    const seconds = Math.round(maxMs / 1000);
    this.#note(
      shortened.reason === 'measured'
        ? `time for ${(shortened.total / this.#data.steps).toFixed(1)} of ${epochs} epochs in ${seconds} s ` +
            `at ${shortened.stepMs.toFixed(0)} ms a step; a higher --max-time trains longer`
        : `stopped after ${this.#done} of ${this.#total} steps: ${seconds} s (--max-time) were used up`,
    );
    this.#total = shortened.total;
  }

  #remainingMs(): number {
    return this.#clock.remainingMs(this.#done, this.#total);
  }

  #settle(): void {
    if (this.#phase === 'settled') return;
    this.#measureResiduals();
    this.#unsettled = this.#kernels();
    settle(this.#trainee.kernels);
    this.#step.dispose();
    this.#step = createStep(this.#trainee, this.#options, 'settled');
    this.#adamStep = 0;
    this.#phase = 'settled';
  }

  async #statistics(): Promise<void> {
    if (this.#options.statistics === 'frozen' || !hasBatchNorm(this.#trainee.layers)) return;
    const { engine, student, inputs, layers } = this.#trainee;
    const batches = this.#data.plain()[Symbol.asyncIterator]();
    let left = STATISTICS_BATCHES;
    await estimateStatistics(
      engine,
      layers,
      (xs) => outputsOf(student, xs, true),
      async () => {
        throwIfAborted(this.#options.signal);
        if (left-- === 0) return null;
        const next = await batches.next();
        return next.done ? null : inputTensors(next.value, { inputs });
      },
    );
    await batches.return?.();
  }

  #measureResiduals(): void {
    this.#residuals = Object.fromEntries(
      this.#trainee.kernels.map((kernel) => [kernel.name, residualOf(kernel)]),
    );
  }

  #kernels(): ReadonlyMap<string, Float32Array> {
    return new Map(
      this.#trainee.kernels.map(({ name, weight }) => [
        name,
        Float32Array.from(variableOf(weight).dataSync()),
      ]),
    );
  }

  #snapshot(): Snapshot {
    return takeSnapshot(variablesOf(this.#trainee));
  }

  #strength(): number {
    return this.#options.strength * rise(this.#done / this.#total);
  }

  #learningRate(): number {
    return this.#options.learningRate * this.#rateFactor * fall(this.#done / this.#total);
  }

  #note(text: string): void {
    this.#notes.push(text);
    this.#options.onProgress({ kind: 'warning', text });
  }

  dispose(): void {
    this.#step.dispose();
    this.#lastGood.dispose();
    this.#best?.snapshot.dispose();
  }
}
