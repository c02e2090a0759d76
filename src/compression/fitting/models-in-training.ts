import type { NamedTensor } from '../../core/index.js';
import type { Engine, tf } from '../../engine/index.js';
import type { Trainee } from '../../train/index.js';

/** Choices of how a model is copied. */
export interface CopyOptions {
  /** Names of the weights that stay as they are. */
  readonly pinned: ReadonlySet<string>;
  /** Nodes or layers at which the copy is held against the model, beside its outputs. */
  readonly watched: readonly string[];
}

/** A model and the copy of it that learns, whatever their kind; disposed of when it was trained. */
export interface ModelsInTraining
  extends Pick<Trainee, 'student' | 'teacher' | 'studentHeads' | 'teacherHeads'> {
  /** The copy's weights that may have a grid, by name. */
  readonly variables: ReadonlyMap<string, tf.Variable>;
  /** Remarks on what isn't trained. */
  readonly notes: readonly string[];
  /** All weights as the model has them by now, in its order. */
  weights(): NamedTensor[];
  /** By kernel, what the copy's channels are multiplied by in the model; absent: 1. */
  factors?(): ReadonlyMap<string, Float32Array>;
  /**
   * Takes note of what the float model does with some samples, before anything is trained.
   *
   * @param next  The next batch's input tensors, which are disposed of here; null: no batch is left.
   */
  observe?(engine: Engine, next: () => Promise<tf.Tensor[] | null>): Promise<void>;
  dispose(): void;
}

/**
 * Multiplies channels, which are the last dimensions of what they are in.
 *
 * @param factors  One for each channel; undefined: 1.
 */
export function scaledBy(values: Float32Array, factors: Float32Array | undefined): Float32Array {
  return factors === undefined ? values : values.map((value, at) => value * factors[at % factors.length]!);
}
