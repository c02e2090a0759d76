/** One of the model's inputs, with the facts needed to invent values for it. */
export interface SyntheticInput {
  /** Shape of one sample, without unknown dimensions. */
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
  /** Whole numbers below this, as tokens are; null: bytes of an image where it is int32, else real numbers. */
  readonly limit: number | null;
  /** Whether each row of the last axis is 1 in one place and 0 elsewhere, as characters are. */
  readonly isOneHot?: boolean | undefined;
  /** Left out: it isn't known. */
  readonly range?: NoiseRange | undefined;
}

/** Possible range of real inputs: noise is `offset + scale * normal`. */
export interface NoiseRange {
  readonly name: string;
  readonly offset: number;
  readonly scale: number;
}
