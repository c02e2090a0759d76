import type { Engine, Step } from '../engine/engine.js';
import * as tf from '../engine/tf.js';
import { type OutputHead, withHeads } from '../metrics/index.js';
import { distillationLoss } from './distillation.js';

/** Logits are compared as they are. */
const TEMPERATURE = 1;

/** A model whose weights change, held against the logits that it gave at first. */
export interface Divergence {
  /** @returns What `from` is measured against: one tensor per output, the caller's to dispose of. */
  logits(inputs: readonly tf.Tensor[]): tf.Tensor[];
  /** KL(reference || logits of now), in nats a sample; for plain values the squared error in units of their variance. */
  from(reference: readonly tf.Tensor[], inputs: readonly tf.Tensor[]): Promise<number>;
  dispose(): void;
}

/**
 * Sets up the divergence of a model's outputs, all of them counting alike.
 *
 * @param predict    The model, its last activations on or off as the heads say.
 * @param variables  The weights that will change.
 * @param compile    `engine.compileStep`, or what stands for it.
 */
export function createDivergence(
  predict: Step,
  heads: readonly OutputHead[],
  variables: readonly tf.Variable[],
  compile: Engine['compileStep'],
): Divergence {
  const logits = (inputs: tf.Tensor[]): tf.Tensor[] =>
    withHeads(heads, (each) => predict(inputs).map((output, index) => each[index]!.toLogits(output)));
  const difference = (all: tf.Tensor[]): tf.Tensor[] =>
    withHeads(heads, (each) => {
      const [reference, inputs] = [all.slice(0, heads.length), all.slice(heads.length)];
      const terms = predict(inputs).map((output, index) => {
        const { kind, toLogits } = each[index]!;
        const loss = distillationLoss(kind, reference[index]!, toLogits(output), TEMPERATURE);
        return kind === 'linear' ? tf.divNoNan(loss, tf.moments(reference[index]!).variance) : loss;
      });
      return [terms.reduce((sum, term) => tf.add(sum, term))];
    });
  const step = compile(difference, variables);
  return {
    logits: (inputs) => tf.tidy(() => logits([...inputs])),
    from: async (reference, inputs) => {
      const [sum] = step.run([...reference, ...inputs]);
      const value = (await sum!.data())[0]!;
      sum!.dispose();
      return value / heads.length;
    },
    dispose: step.dispose,
  };
}
