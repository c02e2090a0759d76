import { divergenceMeter, lossMeter, probabilitiesOf } from './loss-meter.js';
import { decisionMeter, decisions, type Meter, noiseMeter, type OutputReading, r2Meter } from './meter.js';

/** One output of a batch, row-major, and its last dimension. */
export interface OutputValues {
  readonly values: Float32Array;
  readonly width: number;
}

/** What one model reached. */
export interface ModelMeasurement {
  /** Accuracy or R2 against the labels; null without labels. */
  readonly value: number | null;
  /** The same with the first model's predictions for labels. */
  readonly agreement: number;
  /** Outputs against the first model's, in dB; null where they are equal. */
  readonly sqnrDb: number | null;
  /** Task loss a sample, in nats or squared error; null without labels. */
  readonly loss: number | null;
  /** From the first model's predictions, a sample: KL in nats, or squared error in units of their variance. */
  readonly divergence: number;
}

/** What is summed up about one model; several outputs count alike. */
export class MetricAccumulator {
  readonly #readings: readonly OutputReading[];
  readonly #right: readonly Meter[];
  readonly #agreeing: readonly Meter[];
  readonly #losses: readonly Meter[];
  readonly #divergences: readonly Meter[];
  readonly #noise = noiseMeter();
  readonly #correct: number[] = [];
  readonly #decides: boolean;
  #labelled = false;

  constructor(readings: readonly OutputReading[]) {
    const scores = () => readings.map(({ kind }) => (kind === 'linear' ? r2Meter() : decisionMeter(kind)));
    this.#readings = readings;
    this.#decides = readings.every(({ kind }) => kind !== 'linear');
    this.#right = scores();
    this.#agreeing = scores();
    this.#losses = readings.map(({ kind }) => lossMeter(kind));
    this.#divergences = readings.map(({ kind }) => divergenceMeter(kind));
  }

  /**
   * @param predictions    The model's, one per output.
   * @param reference  The float model's, of the same shapes.
   * @param targets    One per output, row-major; left out: there are no labels.
   * @param size       Samples in the batch.
   */
  add(
    predictions: readonly OutputValues[],
    reference: readonly OutputValues[],
    targets: readonly Float32Array[] | undefined,
    size: number,
  ): void {
    this.#labelled ||= targets !== undefined;
    const rights = new Float64Array(size);
    for (const [output, { values, width }] of predictions.entries()) {
      const { kind } = this.#readings[output]!;
      const theirs = reference[output]!.values;
      const target = targets?.[output];
      const shares = probabilitiesOf(kind, values, width);
      this.#agreeing[output]!.add(values, theirs, width);
      this.#divergences[output]!.add(shares, probabilitiesOf(kind, theirs, width), width);
      this.#noise.add(theirs, values);
      if (target !== undefined) {
        this.#right[output]!.add(values, target, width);
        this.#losses[output]!.add(shares, target, width);
      }
      if (kind === 'linear') continue;
      const decided = decisions(kind, values, target ?? theirs, width);
      const share = size / (decided.length * predictions.length);
      for (const [index, right] of decided.entries())
        rights[Math.floor((index * size) / decided.length)]! += right * share;
    }
    if (this.#decides) this.#correct.push(...rights);
  }

  /** The share of right decisions (without labels: of the float model's) of each sample; null for plain values. */
  correctPerSample(): readonly number[] | null {
    return this.#decides ? this.#correct : null;
  }

  measurement(): ModelMeasurement {
    return {
      value: this.#labelled ? mean(this.#right) : null,
      agreement: mean(this.#agreeing),
      sqnrDb: this.#noise.value(),
      loss: this.#labelled ? mean(this.#losses) : null,
      divergence: mean(this.#divergences),
    };
  }
}

const mean = (meters: readonly Meter[]): number =>
  meters.reduce((sum, meter) => sum + meter.value(), 0) / meters.length;
