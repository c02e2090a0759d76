import type { Engine } from '../engine/engine.js';
import * as tf from '../engine/tf.js';
import { hasOwnUnits, type OpenHead, type OutputHead, type Predict, withHeads } from '../metrics/index.js';
import type { OutputMasks } from '../model/index.js';
import { distillationLoss } from './distillation.js';
import { meanOverRows } from './losses.js';

/** Temperature 1: logits are compared without softening. */
const TEMPERATURE = 1;

/** Distance of a model whose weights change from the logits that it gave at first. */
export interface Divergence {
  /** @returns The reference for `from`: one tensor per output; the caller disposes of them. */
  logits(inputs: readonly tf.Tensor[]): Promise<tf.Tensor[]>;
  /** KL(reference || present logits), in nats a row; for plain values the squared error as a share of their variance. */
  from(reference: readonly tf.Tensor[], inputs: readonly tf.Tensor[]): Promise<number>;
  dispose(): void;
}

/**
 * Sets up the divergence of a model's outputs, all of them counting alike.
 *
 * @param predict    The model, its last activations on or off as the heads say, and which rows count.
 * @param variables  The weights that will change.
 * @param compile    `engine.compileStep`, or a replacement.
 */
export function createDivergence(
  predict: (inputs: tf.Tensor[]) => { readonly outputs: tf.Tensor[]; readonly masks: OutputMasks },
  heads: readonly OutputHead[],
  variables: readonly tf.Variable[],
  compile: Engine['compileStep'],
): Divergence {
  const logits = (inputs: tf.Tensor[]): tf.Tensor[] =>
    withHeads(heads, (each) => predict(inputs).outputs.map((output, index) => each[index]!.toLogits(output)));
  const difference = (all: tf.Tensor[]): tf.Tensor[] =>
    withHeads(heads, (each) => {
      const [reference, inputs] = [all.slice(0, heads.length), all.slice(heads.length)];
      const { outputs, masks } = predict(inputs);
      return [sumOfDistances(each, reference, outputs, masks)];
    });
  const step = compile(difference, variables);
  return {
    logits: async (inputs) => tf.tidy(() => logits([...inputs])),
    from: async (reference, inputs) => {
      const [sum] = step.run([...reference, ...inputs]);
      const value = (await sum!.data())[0]!;
      sum!.dispose();
      return value / heads.length;
    },
    dispose: step.dispose,
  };
}

/** The same for a model that may have to be awaited; outputs whose sizes change with the weights count in nothing. */
export function awaitedDivergence(predict: Predict, heads: readonly OutputHead[]): Divergence {
  const none = heads.map(() => null);
  return {
    logits: async (inputs) => {
      const outputs = await predict([...inputs]);
      const logits = tf.tidy(() =>
        withHeads(heads, (each) => outputs.map((output, index) => tf.clone(each[index]!.toLogits(output)))),
      );
      tf.dispose(outputs);
      return logits;
    },
    from: async (reference, inputs) => {
      const outputs = await predict([...inputs]);
      const sum = tf.tidy(() => withHeads(heads, (each) => sumOfDistances(each, reference, outputs, none)));
      const value = (await sum.data())[0]!;
      tf.dispose([sum, ...outputs]);
      return value / heads.length;
    },
    dispose: () => {},
  };
}

function sumOfDistances(
  heads: readonly OpenHead[],
  reference: readonly tf.Tensor[],
  outputs: readonly tf.Tensor[],
  masks: OutputMasks,
): tf.Tensor {
  const terms = outputs.flatMap((output, index) =>
    output.size > 0 && output.size === reference[index]!.size
      ? [distance(heads[index]!, { teacher: reference[index]!, student: output }, masks[index]!)]
      : [],
  );
  return terms.reduce((sum, term) => tf.add(sum, term), tf.scalar(0));
}

/** @param pair  The first logits, and the present output. */
function distance(
  { kind, toLogits }: OpenHead,
  { teacher, student }: { readonly teacher: tf.Tensor; readonly student: tf.Tensor },
  mask: tf.Tensor | null,
): tf.Tensor {
  const unit = kind === 'linear' ? varianceOf(teacher) : 1;
  const rows = distillationLoss(kind, { teacher, student: toLogits(student) }, unit, TEMPERATURE);
  return meanOverRows(rows, mask);
}

/** The variance of each column of a batch, or of all where they are one quantity; 1 where nothing varies. */
function varianceOf(values: tf.Tensor): tf.Tensor {
  const width = values.shape.at(-1) ?? 1;
  const rows = tf.reshape(values, [-1, width]);
  const { variance } = tf.moments(rows, 0);
  const units = hasOwnUnits(width) ? variance : tf.mean(variance);
  return tf.where(tf.greater(units, 0), units, tf.onesLike(units));
}
