import type { Engine } from '../engine/engine.js';
import type * as tf from '../engine/tf.js';
import type { Batch, OutputHead } from '../metrics/index.js';
import { type GuidedKernel, onGrid, putOnGrid, stateOf } from './guided-kernel.js';
import type { StudentModel, TeacherModel } from './models.js';

/** A model in training: student, teacher, and the shapes and heads of their inputs and outputs. */
export interface Trainee {
  readonly engine: Engine;
  readonly student: StudentModel;
  readonly teacher: TeacherModel;
  readonly kernels: readonly GuidedKernel[];
  readonly inputs: readonly { readonly shape: readonly number[]; readonly dtype: 'float32' | 'int32' }[];
  readonly studentHeads: readonly OutputHead[];
  readonly teacherHeads: readonly OutputHead[];
  /** How many of these heads, the last ones, read values inside the model, which only teach; left out: none. */
  readonly inside?: number;
}

/** The student's heads that read the model's own outputs. */
export const ownHeads = ({ studentHeads, inside = 0 }: Pick<Trainee, 'studentHeads' | 'inside'>) =>
  studentHeads.slice(0, studentHeads.length - inside);

/** Batches of one pass over some data. */
export type Batches = AsyncIterable<Batch>;

/** Lists the variables that change while the student learns, without the optimiser's state. */
export function variablesOf({ student, kernels }: Pick<Trainee, 'student' | 'kernels'>): tf.Variable[] {
  const factors = new Set(
    kernels.flatMap(({ entropyPenalty }) => (entropyPenalty === undefined ? [] : [entropyPenalty.factor])),
  );
  return [...student.variables, ...kernels.flatMap(stateOf), ...factors];
}

/** The student's outputs with every kernel on its grid. */
export function predictOnGrid(
  { student, kernels }: Pick<Trainee, 'student' | 'kernels'>,
  inputs: tf.Tensor[],
): tf.Tensor[] {
  const replacements = kernels.map((kernel) => ({ variable: kernel.variable, value: onGrid(kernel) }));
  return student.withReplaced(replacements, () => student.predict(inputs));
}

/**
 * Puts every kernel on its grid for good.
 *
 * @returns The kernels as they were before, by name, row-major.
 */
export function snapToGrid(kernels: readonly GuidedKernel[]): ReadonlyMap<string, Float32Array> {
  const before = new Map(kernels.map(({ name, variable }) => [name, Float32Array.from(variable.dataSync())]));
  putOnGrid(kernels);
  return before;
}
