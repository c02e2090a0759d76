import * as tf from '../../tf.js';
import { runOnly, type Session } from './session.js';

/**
 * The variables of a step, which live twice: as tfjs' and as the graph's.
 *
 * Whichever changed last is right. The graph takes tfjs' values over before it runs, where they changed; tfjs' variables
 * take the graph's over when somebody looks at them, so that a training step copies nothing.
 */
export class GraphVariables {
  readonly #session: Session;
  readonly #variables: readonly tf.Variable[];
  readonly #assigned: readonly number[];
  /** Per variable: the tfjs data that the graph's value equals. */
  #equal: (object | null)[];
  /** Whether the graph's values are newer. */
  #ahead = false;

  constructor(session: Session, variables: readonly tf.Variable[], assigned: readonly number[]) {
    this.#session = session;
    this.#variables = variables;
    this.#assigned = assigned;
    this.#equal = variables.map(() => null);
  }

  /** Before a run: the graph's variables become equal to tfjs'. */
  push(): void {
    const untouched = new Set(this.#ahead ? this.#assigned : []);
    const changed = this.#variables.some(
      (variable, index) => !untouched.has(index) && variable.dataId !== this.#equal[index],
    );
    // A look at one of them brings all of them back.
    if (!changed && (this.#ahead || untouched.size === 0)) return;
    this.pull();
    const feeds = new Map(this.#variables.map((variable, index) => [`value${index}`, variable as tf.Tensor]));
    runOnly(this.#session, feeds, 'all_set');
    this.#equal = this.#variables.map(({ dataId }) => dataId);
  }

  /** After a run: tfjs' variables are to be fetched when they are wanted. */
  markAhead(): void {
    if (this.#ahead || this.#assigned.length === 0) return;
    this.#ahead = true;
    for (const index of this.#assigned) {
      const variable = this.#variables[index]!;
      const before = variable.dataId;
      Object.defineProperty(variable, 'dataId', {
        configurable: true,
        get: () => {
          this.pull();
          return variable.dataId;
        },
        set: (dataId: object) => setDataId(variable, dataId),
      });
      this.#equal[index] = before;
    }
  }

  /** tfjs' variables become equal to the graph's. */
  pull(): void {
    if (!this.#ahead) return;
    this.#ahead = false;
    for (const index of this.#assigned) setDataId(this.#variables[index]!, this.#equal[index]!);
    const values = this.#session.run(
      new Map(),
      this.#assigned.map((index) => `read${index}:0`),
    );
    for (const [at, index] of this.#assigned.entries()) {
      const variable = this.#variables[index]!;
      if (!variable.isDisposed) variable.assign(values[at]!);
      this.#equal[index] = variable.dataId;
    }
    tf.dispose(values);
  }
}

/** Makes `dataId` a plain property again. */
function setDataId(variable: tf.Variable, dataId: object): void {
  Object.defineProperty(variable, 'dataId', {
    configurable: true,
    enumerable: true,
    writable: true,
    value: dataId,
  });
}
