import { adamUpdate, BETA1, BETA2 } from './adam-update.js';
import * as tf from './tf.js';

const EPSILON = 1e-7;

/** Adam over a fixed list of variables, its state in variables of its own. */
export interface Adam {
  /** The moments, in the order of the variables; a compiled step assigns to them. */
  readonly state: readonly tf.Variable[];
  /**
   * Moves the variables against their gradients.
   *
   * @param gradients  One per variable; null leaves its variable alone.
   * @param rates      [2]: what `ratesAt` gives, so that a recorded step takes it as an input.
   */
  apply(gradients: readonly (tf.Tensor | null)[], rates: tf.Tensor): void;
  /** Moments back to 0. */
  reset(): void;
  dispose(): void;
}

/**
 * Learning rate and epsilon of a step with both bias corrections taken in:
 * `w -= rate * m / (sqrt(v) + epsilon)` is then Adam's update.
 *
 * @param step  From 1.
 * @returns [rate, epsilon]
 * @see Kingma and Ba 2015, arXiv:1412.6980, section 2, last paragraph.
 */
export function ratesAt(learningRate: number, step: number): [number, number] {
  const correction = Math.sqrt(1 - BETA2 ** step);
  return [(learningRate * correction) / (1 - BETA1 ** step), EPSILON * correction];
}

/**
 * Adam as tf.train.adam computes it, with the learning rate as a tensor.
 *
 * @param units  What the steps of single variables are multiplied by; the caller's to dispose of, afterwards.
 * @see Kingma and Ba 2015, arXiv:1412.6980, algorithm 1.
 */
export function createAdam(
  variables: readonly tf.Variable[],
  units: ReadonlyMap<tf.Variable, tf.Tensor> = new Map(),
): Adam {
  const zeros = () => variables.map((variable) => tf.variable(tf.zerosLike(variable), false));
  const [first, second] = tf.tidy(() => [zeros(), zeros()]);
  return {
    state: [...first, ...second],
    apply: (gradients, rates) => {
      tf.tidy(() => {
        const [rate, epsilon] = tf.unstack(rates) as [tf.Scalar, tf.Scalar];
        for (const [index, variable] of variables.entries()) {
          const gradient = gradients[index];
          if (gradient == null) continue;
          const unit = units.get(variable);
          adamUpdate(
            { variable, first: first[index]!, second: second[index]!, unit },
            gradient,
            rate,
            epsilon,
          );
        }
      });
    },
    reset: () => {
      for (const moment of [...first, ...second]) {
        const zero = tf.zerosLike(moment);
        moment.assign(zero);
        zero.dispose();
      }
    },
    dispose: () => tf.dispose([...first, ...second]),
  };
}
