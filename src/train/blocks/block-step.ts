import { createAdam, ratesAt } from '../../engine/adam.js';
import type { Engine, Precision } from '../../engine/engine.js';
import * as tf from '../../engine/tf.js';
import type { Block, StudentModel } from '../models.js';
import type { KernelChoice } from './kernel-choice.js';

/** Learning rate of biases and BatchNorm, and how many times as fast the choice of levels learns. */
const LEARNING_RATE = 1e-3;
const RATE_OF_CHOICE = 10;

/** A block, and everything of it that learns. */
export interface BlockStepOptions {
  readonly block: Block;
  readonly choices: readonly KernelChoice[];
  /** Biases and BatchNorm, which learn beside. */
  readonly others: readonly tf.Variable[];
  /** One for each channel of what the block gives: the variance in which squared errors are counted there. */
  readonly unit: Float32Array;
  readonly precision: Precision;
}

/** A batch of a block. */
export interface BlockBatch {
  /** [batch, ...] each: what the student's blocks before give, and the float model's. */
  readonly own: readonly tf.Tensor[];
  readonly theirs: readonly tf.Tensor[];
  /** [batch, ...]: what the float model's block gives. */
  readonly wanted: tf.Tensor;
  /** For each sample, whether the float model's values go in. */
  readonly takesTheirs: readonly boolean[];
}

/** How much a weight between two levels costs, and the exponent of its openness. */
export interface Regularizer {
  readonly strength: number;
  readonly exponent: number;
}

/** A step in which a block learns to give what the float model's gives. */
export interface BlockStep {
  run(batch: BlockBatch, regularizer: Regularizer): void;
  dispose(): void;
}

/**
 * Makes the step of a block: the squared error of what it gives, and what weights between two levels cost.
 *
 * @see Nagel et al. 2020, AdaRound, arXiv:2004.10568, eq. 25; Li et al. 2021, BRECQ, arXiv:2102.05426, eq. 10; Wei et al. 2022,
 *   QDrop, arXiv:2203.05740, section 3.3, for the float model's values among its inputs.
 */
export function createBlockStep(
  { engine, student }: { readonly engine: Engine; readonly student: Pick<StudentModel, 'withReplaced'> },
  { block, choices, others, unit, precision }: BlockStepOptions,
): BlockStep {
  const learned = choices.map(({ choice }) => choice);
  const variables = [...learned, ...others];
  const perUnit = tf.tensor1d(unit.map((variance) => 1 / variance));
  const faster = tf.scalar(RATE_OF_CHOICE);
  const adam = createAdam(variables, new Map(learned.map((choice) => [choice, faster])));
  const weights = learned.reduce((total, { size }) => total + size, 0);
  let steps = 0;
  const compiled = engine.compileStep(
    (all) => {
      const [takesTheirs, strength, exponent, rates] = all.slice(-4) as [
        tf.Tensor,
        tf.Scalar,
        tf.Scalar,
        tf.Tensor,
      ];
      const wanted = all.at(-5)!;
      const count = (all.length - 5) / 2;
      const inputs = all.slice(0, count).map((own, index) => chosen(takesTheirs, all[count + index]!, own));
      const { grads } = tf.variableGrads(() => {
        const values = choices.map((each) => ({ variable: each.variable, value: each.value() }));
        const given = student.withReplaced(values, () => block.run(inputs));
        const error = tf.mean(tf.mul(tf.squaredDifference(given, wanted), perUnit));
        const openness = choices.map((each) => each.openness(exponent));
        const cost = tf.mul(tf.div(strength, weights), tf.addN(openness));
        return tf.add(error, cost) as tf.Scalar;
      }, variables);
      adam.apply(
        variables.map(({ name }) => grads[name] ?? null),
        rates,
      );
      return [];
    },
    [...variables, ...adam.state],
    precision,
  );
  return {
    run: ({ own, theirs, wanted, takesTheirs }, { strength, exponent }) => {
      steps++;
      const mask = tf.tensor1d(takesTheirs.map(Boolean), 'bool');
      const numbers = [tf.scalar(strength), tf.scalar(exponent), tf.tensor1d(ratesAt(LEARNING_RATE, steps))];
      compiled.run([...own, ...theirs, wanted, mask, ...numbers]);
      tf.dispose([mask, ...numbers]);
    },
    dispose: () => {
      compiled.dispose();
      adam.dispose();
      tf.dispose([faster, perUnit]);
    },
  };
}

/** Takes the samples of one tensor or of another. */
function chosen(takesTheirs: tf.Tensor, theirs: tf.Tensor, own: tf.Tensor): tf.Tensor {
  const mask = tf.reshape(takesTheirs, [-1, ...own.shape.slice(1).map(() => 1)]);
  return tf.where(mask, theirs, own);
}
