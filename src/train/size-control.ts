import type * as tf from '../engine/tf.js';
import type { CodeCounts } from './entropy-penalty.js';
import type { Phase } from './step.js';

/** Options of a `SizeControl`: the size wanted, and what it is reached by. */
export interface SizeControlOptions {
  /** `factor` of the EntropyPenalty. */
  readonly factor: tf.Variable;
  /** `counts` of the EntropyPenalty; left out: `live`. */
  readonly counts?: CodeCounts;
  /** Largest file size, in bytes. */
  readonly mostBytes: number;
  /** Other ways to a smaller file, for a note. */
  readonly remedy: string;
  /** Measures the bytes of the file that the present weights would make. */
  measureBytes(): Promise<number>;
}

/** Brings the file of a training to a size by the entropy penalty that all kernels share. */
export interface SizeControl {
  /** Chooses the penalty for the first epoch. */
  begin(): Promise<void>;
  /** Takes note of the file's size at the end of an epoch. @returns Whether the weights of this epoch may be kept. */
  fits(phase: Phase): Promise<boolean>;
  /** Why the size won't be reached, once; null: it may be. */
  stuck(): string | null;
  /** Sets the penalty for the next epoch. */
  adjust(): void;
  /** Makes the file of the weights as they are small enough. @returns Whether it is, then. */
  trim(): Promise<boolean>;
  /** Its state, without the variables. */
  state(): unknown;
  /** @throws QgtError `output` where it is the state of something else. */
  resume(state: unknown): void;
}
