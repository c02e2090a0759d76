import { decibelsOf } from './decibels.js';
import { OutputAccumulator, type OutputMeasurement } from './output-accumulator.js';
import type { OutputHead } from './output-head.js';
import { OutputSizes } from './output-sizes.js';

/** One output of a batch, row-major, and its last dimension. */
export interface OutputValues {
  readonly values: Float32Array;
  readonly width: number;
}

/** Size, labels and masks of a batch. */
export interface BatchFacts {
  readonly size: number;
  /** One per output, row-major; left out: there are no labels. */
  readonly targets?: readonly Float32Array[] | undefined;
  /** One per output, 1 for each row that counts and 0 for padding; null where all rows do. Left out: they all do. */
  readonly masks?: readonly (Uint8Array | null)[] | undefined;
}

/** Figures of one model. */
export interface ModelMeasurement {
  /** One per output, in the model's order, but for those whose sizes change. */
  readonly outputs: readonly OutputMeasurement[];
  /** Energy of the difference from the first model's outputs over their own, each counting alike; null where none varies. */
  readonly noise: number | null;
  /** Outputs against the first model's, in dB, each counting alike; null where they are equal or don't vary. */
  readonly sqnrDb: number | null;
  /** Task loss a sample, summed over the outputs; null without labels. */
  readonly loss: number | null;
  /** `loss` of the outputs whose loss can differ from model to model; null: there are none. */
  readonly tellingLoss: number | null;
  /** From the first model's predictions, a sample, the mean over the outputs: KL in nats, or a share of the variance. */
  readonly divergence: number;
}

/** Sums up the figures of one model, output by output. */
export class MetricAccumulator {
  readonly #outputs: readonly OutputAccumulator[];
  readonly #sizes: OutputSizes;

  /** @param sizes  Shared by the models that are compared, so that they have figures of the same outputs. */
  constructor(heads: readonly OutputHead[], sizes = new OutputSizes(heads)) {
    this.#outputs = heads.map((head) => new OutputAccumulator(head));
    this.#sizes = sizes;
  }

  /**
   * @param predictions  The model's, one per output.
   * @param reference    The float model's, of the same shapes.
   */
  add(
    predictions: readonly OutputValues[],
    reference: readonly OutputValues[],
    { size, targets, masks }: BatchFacts,
  ): void {
    for (const [index, output] of this.#outputs.entries()) {
      const { values, width } = predictions[index]!;
      if (!this.#sizes.isSame(index, [values.length, reference[index]!.values.length], size)) continue;
      const mask = masks?.[index] ?? null;
      output.add(
        { values, reference: reference[index]!.values, target: targets?.[index] ?? null, mask, width },
        size,
      );
    }
  }

  /**
   * The share of right decisions (without labels: of the float model's) of each sample; null for plain values, and where another
   * metric was chosen.
   *
   * @param output  Index in the measurement's outputs.
   */
  correctPerSample(output: number): readonly number[] | null {
    return this.#sizes.measured(this.#outputs)[output]!.correctPerSample();
  }

  measurement(): ModelMeasurement {
    const outputs = this.#sizes.measured(this.#outputs).map((output) => output.measurement());
    const mean = (figures: readonly number[]) =>
      figures.reduce((sum, figure) => sum + figure, 0) / Math.max(1, figures.length);
    const noises = outputs.flatMap(({ noise }) => (noise === null ? [] : [noise]));
    const noise = noises.length === 0 ? null : mean(noises);
    return {
      outputs,
      noise,
      sqnrDb: decibelsOf(noise),
      loss: sumOfLosses(outputs),
      tellingLoss: sumOfLosses(outputs.filter(({ isLossTelling }) => isLossTelling)),
      divergence: mean(outputs.map(({ divergence }) => divergence)),
    };
  }
}

function sumOfLosses(outputs: readonly OutputMeasurement[]): number | null {
  const losses = outputs.flatMap(({ loss }) => (loss === null ? [] : [loss]));
  return losses.length === 0 ? null : losses.reduce((sum, loss) => sum + loss);
}
