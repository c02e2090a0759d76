import type { Random } from '../../src/core/index.js';
import type * as tf from '../../src/engine/tf.js';

/** An array of samples, row-major: [samples, ...]. */
export interface Values {
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

/** Samples of a kind of model: an array per input, and per output what it should be. */
export interface Drawn {
  readonly inputs: readonly Values[];
  readonly targets: readonly Values[];
}

/**
 * How an output is right or wrong: by the largest value of a row, by each probability, by the sign of each logit; or how
 * much of each column's variance it explains.
 */
export type Oracle = 'largest' | 'probability' | 'logit' | 'r2';

/** How the right answers are written down. */
export type LabelForm = 'class numbers' | 'values' | 'image folders';

/** A kind of model that people bring, as small as it gets. */
export interface Kind {
  readonly name: string;
  /** One per output. */
  readonly oracles: readonly Oracle[];
  readonly labels: readonly LabelForm[];
  readonly draw: (random: Random, count: number) => Drawn;
  /** Before training. */
  readonly build: () => tf.LayersModel;
  /** What is saved, with the weights of what was trained, where that is another model. */
  readonly saved?: () => tf.LayersModel;
  /** Steps of stock training with all samples at once. */
  readonly steps: number;
  /** What a trained last layer is scaled by and moved to, column by column, and the targets with it. */
  readonly columns?: readonly { readonly unit: number; readonly offset: number }[];
  /** The first input holds tokens: rows of 0 are padding. */
  readonly padded?: true;
  /** Saved as a GraphModel: Dense layers only. */
  readonly graph?: true;
}
