import { z } from 'zod';
import { QgtError } from '../core/index.js';
import type * as tf from '../engine/tf.js';
import { type Snapshot, snapshotOf, takeSnapshot } from './snapshot.js';
import { valuesSchema } from './variable-values.js';

const MAX_SETBACKS = 4;
const SETBACK_FACTOR = 0.3;

/** State of a guard. */
export const guardStateSchema = z.object({
  lastGood: valuesSchema,
  setbacks: z.int(),
  rateFactor: z.number(),
});

type GuardState = z.output<typeof guardStateSchema>;

/** Takes a training whose loss is no longer finite back to its last good state, with a lower learning rate. */
export class DivergenceGuard {
  readonly #variables: readonly tf.Variable[];
  #lastGood: Snapshot;
  #setbacks = 0;
  #rateFactor = 1;

  /** @param variables  All variables that a step changes, without the optimiser's state; their present values are good. */
  constructor(variables: readonly tf.Variable[]) {
    this.#variables = variables;
    this.#lastGood = takeSnapshot(variables);
  }

  /** Factor on the learning rate, above 0 and at most 1; lower after each setback. */
  get rateFactor(): number {
    return this.#rateFactor;
  }

  /** Keeps the variables as they are: the loss was finite so far. */
  keep(): void {
    this.#lastGood.dispose();
    this.#lastGood = takeSnapshot(this.#variables);
  }

  /**
   * Gives the variables their last good values.
   *
   * @param epoch         Epoch at whose end they had these values.
   * @param learningRate  Learning rate at which the loss became infinite or NaN.
   * @returns A note on what happened and what is done about it.
   * @throws QgtError `diverged` after too many setbacks.
   */
  goBack({ epoch, learningRate }: { readonly epoch: number; readonly learningRate: number }): string {
    this.#setbacks++;
    if (this.#setbacks > MAX_SETBACKS) {
      throw new QgtError('diverged', {
        where: 'training',
        what: `the loss was not a finite number ${this.#setbacks} times`,
        got: `a learning rate of ${learningRate.toPrecision(2)} at last`,
        remedy: 'check the data and the input range, or set a lower --learning-rate',
      });
    }
    this.#lastGood.restore();
    this.#rateFactor *= SETBACK_FACTOR;
    return (
      `the loss was not a finite number: back to the end of epoch ${epoch}, ` +
      `with ${SETBACK_FACTOR} times the learning rate`
    );
  }

  state(): GuardState {
    return { lastGood: this.#lastGood.values(), setbacks: this.#setbacks, rateFactor: this.#rateFactor };
  }

  resume({ lastGood, setbacks, rateFactor }: GuardState): void {
    this.#lastGood.dispose();
    this.#lastGood = snapshotOf(this.#variables, lastGood);
    this.#setbacks = setbacks;
    this.#rateFactor = rateFactor;
  }

  /** Frees the values that are kept. */
  dispose(): void {
    this.#lastGood.dispose();
  }
}
