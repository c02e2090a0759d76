import type * as tf from '../engine/tf.js';
import type { BatchDemand, OutputMasks } from '../model/index.js';

/**
 * How a model is run: as it is used; as it learns; or to estimate its BatchNorm statistics anew.
 *
 * The last two take the statistics of the batch. A layer that is called several times learns with its own.
 */
export type ForwardMode = 'prediction' | 'training' | 'estimation';

/** Outputs of a forward pass, and which of their rows count. */
export interface StudentOutputs {
  readonly outputs: tf.Tensor[];
  readonly masks: OutputMasks;
}

/** A tensor in the place of one of a student's variables. */
export interface Replacement {
  readonly variable: tf.Variable;
  readonly value: tf.Tensor;
}

/** A part of a model that can be run by itself, on what the part before gives. */
export interface Block {
  /** The weights of its layers. */
  readonly variables: ReadonlySet<tf.Variable>;
  /** @param inputs  The model's own for the first block. */
  run(inputs: readonly tf.Tensor[]): tf.Tensor;
}

/** The model that learns. */
export interface StudentModel {
  /** Everything that may change in training: weights, and BatchNorm's statistics. */
  readonly variables: readonly tf.Variable[];
  /** Every layer, those inside other layers included: their BatchNorm has statistics; a graph has none. */
  readonly layers: readonly tf.layers.Layer[];
  /** Number of samples that it demands in a batch; null: any. */
  readonly batch: BatchDemand;
  /** The weights that a step moves: those whose gradient is more than rounding noise. */
  trained(): tf.Variable[];
  /** Outputs as its heads read them, whose last activations may be off. */
  run(inputs: tf.Tensor[], mode: ForwardMode): StudentOutputs;
  /** Outputs as whoever uses the model has them. */
  predict(inputs: tf.Tensor[]): tf.Tensor[];
  /** Runs `run` while tensors stand in for variables; gradients flow into them. */
  withReplaced<Result>(replacements: readonly Replacement[], run: () => Result): Result;
  /** Factors of the steps of single variables, broadcast along them; the caller's to dispose of. */
  stepUnits(): ReadonlyMap<tf.Variable, tf.Tensor>;
  /** Its parts in the order in which they run, as the model is used; none: it can't be cut. */
  blocks(): readonly Block[];
  /** For each kernel with dead channels a tensor of 1 and 0 that broadcasts along it; the caller's to dispose of. */
  deadChannelMasks(): ReadonlyMap<tf.Variable, tf.Tensor>;
}

/** The float model, which never changes. */
export interface TeacherModel {
  readonly layers: readonly tf.layers.Layer[];
  /** Outputs as its heads read them, whose last activations may be off. */
  run(inputs: tf.Tensor[]): tf.Tensor[];
  /** The same parts as the student has. */
  blocks(): readonly Block[];
}
