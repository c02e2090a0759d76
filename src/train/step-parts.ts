import * as tf from '../engine/tf.js';
import type { BatchDemand } from '../model/index.js';
import type { StepBatch } from './step-loss.js';

/** A batch without what the teacher says to it. */
export type Part = Omit<StepBatch, 'teaching'>;

/** Loss of a part, guidance left out, and the gradient of each variable; undefined where nothing leads to it. */
export interface Pass {
  readonly task: tf.Tensor;
  readonly gradients: readonly (tf.Tensor | undefined)[];
}

/**
 * Cuts a batch into parts of the size that a model demands; a rest that fills no part is left out, and a batch smaller
 * than one is filled up with its last sample.
 */
export function partsOf(batch: Part, demand: BatchDemand): Part[] {
  if (demand === null) return [batch];
  const size = batch.inputs[0]!.shape[0]!;
  const count = Math.max(1, Math.floor(size / demand));
  return Array.from({ length: count }, (_, part) => {
    const take = (tensor: tf.Tensor): tf.Tensor =>
      size < demand ? filled(tensor, demand) : tf.slice(tensor, part * demand, demand);
    const { inputs, targets, sampleWeights } = batch;
    return {
      inputs: inputs.map(take),
      targets: targets.map(take),
      sampleWeights: sampleWeights && take(sampleWeights),
    };
  });
}

function filled(tensor: tf.Tensor, size: number): tf.Tensor {
  const last = tensor.shape[0]! - 1;
  return tf.gather(
    tensor,
    Array.from({ length: size }, (_, row) => Math.min(row, last)),
  );
}

/** Runs the parts one after the other, and gives the mean of their losses and gradients. */
export function meanPass([first, ...others]: readonly Part[], run: (part: Part) => Pass): Pass {
  const sum = others.reduce((before, part) => added(before, run(part)), run(first!));
  if (others.length === 0) return sum;
  const mean = (tensor: tf.Tensor) => tf.div(tensor, 1 + others.length);
  return { task: mean(sum.task), gradients: sum.gradients.map((each) => each && mean(each)) };
}

/** The sum of two passes, which are disposed of. */
function added(one: Pass, other: Pass): Pass {
  const plus = (a: tf.Tensor | undefined, b: tf.Tensor | undefined) =>
    a === undefined || b === undefined ? (a ?? b) : tf.add(a, b);
  const sum = {
    task: tf.add(one.task, other.task),
    gradients: one.gradients.map((each, index) => plus(each, other.gradients[index])),
  };
  const kept = new Set(sum.gradients);
  tf.dispose(
    [one, other].flatMap(({ task, gradients }) => [task, ...gradients.filter((each) => !kept.has(each))]),
  );
  return sum;
}
