import { divergenceMeter, lossMeter, probabilitiesOf } from './loss-meter.js';
import type { ModelMeasurement } from './measure.js';
import { decisionMeter, type Meter, noiseMeter, type OutputReading, r2Meter } from './meter.js';

/** One output of a batch, row-major, and its last dimension. */
export interface Answer {
  readonly values: Float32Array;
  readonly width: number;
}

/** What is summed up about one model; several outputs count alike. */
export class Tally {
  readonly #readings: readonly OutputReading[];
  readonly #right: readonly Meter[];
  readonly #agreeing: readonly Meter[];
  readonly #losses: readonly Meter[];
  readonly #divergences: readonly Meter[];
  readonly #noise = noiseMeter();
  #labelled = false;

  constructor(readings: readonly OutputReading[]) {
    const scores = () => readings.map(({ kind }) => (kind === 'linear' ? r2Meter() : decisionMeter(kind)));
    this.#readings = readings;
    this.#right = scores();
    this.#agreeing = scores();
    this.#losses = readings.map(({ kind }) => lossMeter(kind));
    this.#divergences = readings.map(({ kind }) => divergenceMeter(kind));
  }

  /**
   * @param answers    The model's, one per output.
   * @param reference  The float model's, of the same shapes.
   * @param targets    One per output, row-major; left out: there are no labels.
   */
  add(answers: readonly Answer[], reference: readonly Answer[], targets?: readonly Float32Array[]): void {
    this.#labelled ||= targets !== undefined;
    for (const [output, { values, width }] of answers.entries()) {
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
    }
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
