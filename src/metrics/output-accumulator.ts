import type { MetricScale } from '../report/index.js';
import { AnswerCounts, type AnswerSummary } from './answer-counts.js';
import { ClassCounts, type ClassScore } from './class-counts.js';
import { ColumnMoments } from './column-moments.js';
import { decisions } from './decisions.js';
import { unexplainedMeter } from './explained.js';
import { evidenceOf, probabilitiesOf } from './forms.js';
import { divergenceMeter, lossMeter } from './loss-meter.js';
import type { Meter, TellingMeter } from './meter.js';
import type { OutputHead } from './output-head.js';
import { ChosenScore } from './scoring/index.js';

/** Figures of one output of a model. */
export interface OutputMeasurement {
  readonly name: string;
  /** The metric that was chosen; else `accuracy` where it decides something, or `r2`, the coefficient of determination. */
  readonly metric: string;
  /** Scale of the metric that was chosen; null: none was. */
  readonly scale: MetricScale | null;
  /** Whether the output decides something: its agreement is a share of decisions, else R2. */
  readonly decides: boolean;
  /** Against the labels; null without labels. */
  readonly value: number | null;
  /** Accuracy or R2 with the first model's predictions for labels. */
  readonly agreement: number;
  /** Task loss a row: nats, or squared error as a share of the variance; null without labels. */
  readonly loss: number | null;
  /** Whether the loss can differ from model to model: not where plain values for labels are all the same. */
  readonly isLossTelling: boolean;
  /** `loss` divided by the loss of a uniform guess, or of the mean. */
  readonly relativeLoss: number | null;
  /** From the first model's predictions, a row: KL in nats, or squared error as a share of their variance. */
  readonly divergence: number;
  /** Energy of the difference from the first model's output over that output's own, in logits about their mean; null: that doesn't vary. */
  readonly noise: number | null;
  /** The model's own answers; null where an output doesn't decide for one class a row. */
  readonly answers: AnswerSummary | null;
  /** Standard deviation of the first model's plain values over their root mean square; null for decisions. */
  readonly spread: number | null;
  /** Scores of each class, where every sample has one; null elsewhere. */
  readonly classes: readonly ClassScore[] | null;
}

/** One output of a batch, row-major. */
export interface OutputBatch {
  readonly values: Float32Array;
  /** The first model's. */
  readonly reference: Float32Array;
  readonly target: Float32Array | null;
  /** 1 for each row that counts, 0 for padding; null: all of them do. */
  readonly mask: Uint8Array | null;
  readonly width: number;
}

/** Sums up the figures of one output of one model. */
export class OutputAccumulator {
  readonly #head: OutputHead;
  readonly #loss: TellingMeter;
  readonly #divergence: Meter;
  readonly #noise: TellingMeter;
  readonly #explained: Meter | null;
  readonly #agreeing = new DecisionCount();
  readonly #right = new DecisionCount();
  readonly #agreed = unexplainedMeter();
  readonly #reference = new ColumnMoments();
  readonly #classes = new ClassCounts();
  readonly #answers: AnswerCounts;
  readonly #chosen: ChosenScore | null;
  #labelled = false;

  constructor(head: OutputHead) {
    this.#head = head;
    this.#loss = lossMeter(head);
    this.#divergence = divergenceMeter(head);
    this.#noise = unexplainedMeter(head.kind === 'linear' ? 'own' : 'shared');
    this.#answers = new AnswerCounts(head);
    this.#chosen = head.metric === undefined ? null : new ChosenScore(head.metric, head);
    this.#explained = head.decision === null ? unexplainedMeter() : null;
  }

  add(batch: OutputBatch, size: number): void {
    const { decision } = this.#head;
    const { mask, width } = batch;
    const kept = (values: Float32Array) => (mask === null ? values : keptRows(values, mask, width));
    const [values, reference] = [kept(batch.values), kept(batch.reference)];
    const target = batch.target === null ? null : kept(batch.target);
    const shares = probabilitiesOf(this.#head, values, width);
    const theirs = probabilitiesOf(this.#head, reference, width);
    this.#divergence.add(shares, theirs, width);
    this.#noise.add(evidenceOf(this.#head, values, width), evidenceOf(this.#head, reference, width), width);
    if (target !== null) {
      this.#labelled = true;
      this.#loss.add(shares, target, width);
      this.#explained?.add(values, target, width);
      this.#chosen?.add({ predictions: shares, labels: target, width }, theirs);
    }
    if (decision === null) {
      this.#agreed.add(values, reference, width);
      this.#reference.add(reference, width);
      return;
    }
    this.#answers.add(shares, width);
    const rows = mask === null ? null : rowsPerSample(mask, size);
    this.#agreeing.add(decisions(decision, shares, theirs, width), size, rows);
    if (target === null) return;
    const right = decisions(decision, shares, target, width);
    this.#right.add(right, size, rows);
    this.#classes.add(this.#head, right, target, width);
  }

  /** The share of right decisions (without labels: of the first model's) of each sample; null for plain values and where another metric was chosen. */
  correctPerSample(): readonly number[] | null {
    if (this.#head.decision === null || this.#chosen !== null) return null;
    return (this.#labelled ? this.#right : this.#agreeing).perSample;
  }

  measurement(): OutputMeasurement {
    const { name, kind, decision, shape, metric } = this.#head;
    const loss = this.#labelled ? this.#loss.value() : null;
    const usual = this.#explained === null ? this.#right.share() : 1 - this.#explained.value();
    const chosen = this.#labelled && this.#chosen !== null ? this.#chosen.result() : null;
    const guess =
      kind === 'softmax' ? Math.log(Math.max(2, shape.at(-1) ?? 2)) : kind === 'sigmoid' ? Math.LN2 : 1;
    return {
      name,
      metric: chosen === null ? (decision === null ? 'r2' : 'accuracy') : metric!.name,
      scale: chosen?.scale ?? null,
      decides: decision !== null,
      value: this.#labelled ? (chosen?.value ?? usual) : null,
      agreement: decision === null ? 1 - this.#agreed.value() : this.#agreeing.share(),
      loss,
      isLossTelling: this.#labelled && this.#loss.varies(),
      relativeLoss: loss === null ? null : loss / guess,
      divergence: this.#divergence.value(),
      noise: this.#noise.varies() ? this.#noise.value() : null,
      answers: this.#answers.summary(),
      spread: decision === null ? this.#reference.spread() : null,
      classes: this.#labelled ? this.#classes.scores() : null,
    };
  }
}

/** Counts decisions, all together and by sample. */
class DecisionCount {
  readonly perSample: number[] = [];
  #right = 0;
  #all = 0;

  /**
   * @param decided  Result of `decisions`.
   * @param rows     Rows that each sample has; null: all have as many.
   */
  add(decided: readonly (0 | 1 | null)[], size: number, rows: readonly number[] | null): void {
    let next = 0;
    const width = rows === null ? decided.length / size : decided.length / Math.max(1, sum(rows));
    for (let sample = 0; sample < size; sample++) {
      const count = rows === null ? width : rows[sample]! * width;
      const own = decided.slice(next, next + count).filter((each) => each !== null);
      next += count;
      const right = sum(own);
      this.#right += right;
      this.#all += own.length;
      this.perSample.push(own.length === 0 ? 1 : right / own.length);
    }
  }

  share(): number {
    return this.#all === 0 ? 0 : this.#right / this.#all;
  }
}

function keptRows(values: Float32Array, mask: Uint8Array, width: number): Float32Array {
  return values.filter((_, index) => mask[Math.floor(index / width)] !== 0);
}

function rowsPerSample(mask: Uint8Array, size: number): number[] {
  const steps = mask.length / size;
  return Array.from({ length: size }, (_, sample) =>
    sum(mask.subarray(sample * steps, (sample + 1) * steps)),
  );
}

const sum = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((total, each) => total + each, 0);
