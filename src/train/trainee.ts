import type { Engine } from '../engine/engine.js';
import * as tf from '../engine/tf.js';
import { variableOf, withWeights } from '../engine/weights.js';
import type { Batch, OutputHead } from '../metrics/index.js';
import { type GuidedKernel, onGrid, stateOf } from './guided-kernel.js';

/** A model in training: student, teacher, and the shapes and heads of their inputs and outputs. */
export interface Trainee {
  readonly engine: Engine;
  readonly student: tf.LayersModel;
  /** The float model; never changed. */
  readonly teacher: tf.LayersModel;
  readonly kernels: readonly GuidedKernel[];
  /** Every layer of the student, those inside other layers included. */
  readonly layers: readonly tf.layers.Layer[];
  readonly inputs: readonly { readonly shape: readonly number[]; readonly dtype: 'float32' | 'int32' }[];
  readonly studentHeads: readonly OutputHead[];
  readonly teacherHeads: readonly OutputHead[];
}

/** Batches of one pass over some data. */
export type Batches = AsyncIterable<Batch>;

/** A model's outputs as a list, however many it has. */
export function outputsOf(model: tf.LayersModel, inputs: tf.Tensor[], training: boolean): tf.Tensor[] {
  const output = model.apply(inputs.length === 1 ? inputs[0]! : inputs, { training }) as
    | tf.Tensor
    | tf.Tensor[];
  return Array.isArray(output) ? output : [output];
}

/** Lists the variables that change while the student learns, without the optimiser's state. */
export function variablesOf({ student, kernels }: Pick<Trainee, 'student' | 'kernels'>): tf.Variable[] {
  const factors = new Set(
    kernels.flatMap(({ entropyPenalty }) => (entropyPenalty === undefined ? [] : [entropyPenalty.factor])),
  );
  return [...student.weights.map(variableOf), ...kernels.flatMap(stateOf), ...factors];
}

/** The student's outputs with every kernel on its grid. */
export function predictOnGrid(
  { student, kernels }: Pick<Trainee, 'student' | 'kernels'>,
  inputs: tf.Tensor[],
): tf.Tensor[] {
  const substitutes = kernels.map((kernel) => ({ weight: kernel.weight, value: onGrid(kernel) }));
  return withWeights(substitutes, () => outputsOf(student, inputs, false));
}

/**
 * Puts every kernel on its grid for good.
 *
 * @returns The kernels as they were before, by name, row-major.
 */
export function snapToGrid(kernels: readonly GuidedKernel[]): ReadonlyMap<string, Float32Array> {
  const before = new Map(
    kernels.map(({ name, weight }) => [name, Float32Array.from(variableOf(weight).dataSync())]),
  );
  tf.tidy(() => {
    for (const kernel of kernels) variableOf(kernel.weight).assign(onGrid(kernel));
  });
  return before;
}
