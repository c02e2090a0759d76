import { runEagerly } from '../../eager-step.js';
import type { ChosenPrecision, CompiledStep, Precision, Step } from '../../engine.js';
import * as tf from '../../tf.js';
import { FLOAT32 } from './agreement.js';
import { choosePrecision } from './precision.js';
import { type RecordedGraph, record } from './recording.js';
import { type Replay, tryReplay, valuesOf } from './replay.js';

/** Largest number of input shapes recorded per step; with any further shape the step runs eagerly. */
const MAX_RECORDINGS = 8;

/**
 * A step whose first call is recorded and whose later calls are replayed as a TensorFlow graph, for each shape of its
 * inputs.
 *
 * The first replay is held against an eager call on the same inputs. Where they differ, or the call can't be recorded
 * (it reads a value back), the step goes on eagerly.
 */
export function recordStep(
  step: Step,
  variables: readonly tf.Variable[],
  precision: Precision = 'float32',
): CompiledStep {
  const recorded = new Map<string, RecordedStep>();
  const eager = runEagerly(step);
  return {
    run: (inputs) => {
      const key = inputs.map(({ dtype, shape }) => `${dtype} ${shape}`).join('; ');
      let found = recorded.get(key);
      if (found === undefined && recorded.size < MAX_RECORDINGS) {
        found = new RecordedStep(step, variables, precision);
        recorded.set(key, found);
      }
      return found === undefined ? eager(inputs) : found.run(inputs);
    },
    eagerReason: () =>
      [...recorded.values()].map(({ reason }) => reason).find((reason) => reason !== null) ?? null,
    precision: () => [...recorded.values()].map(({ chosen }) => chosen).find((each) => each !== null) ?? null,
    dispose: () => {
      for (const each of recorded.values()) each.dispose();
      recorded.clear();
    },
  };
}

type State =
  | { readonly kind: 'new' }
  | { readonly kind: 'recorded'; readonly graph: RecordedGraph }
  | { readonly kind: 'replayed'; readonly replay: Replay; readonly chosen: ChosenPrecision | null }
  | { readonly kind: 'eager'; readonly reason: string };

/** A step with inputs of one shape. */
class RecordedStep {
  readonly #step: Step;
  readonly #variables: readonly tf.Variable[];
  readonly #precision: Precision;
  #state: State = { kind: 'new' };

  constructor(step: Step, variables: readonly tf.Variable[], precision: Precision) {
    this.#step = step;
    this.#variables = variables;
    this.#precision = precision;
  }

  /** Reason why it runs eagerly, if it does. */
  get reason(): string | null {
    return this.#state.kind === 'eager' ? this.#state.reason : null;
  }

  /** The chosen precision; null where there was no choice. */
  get chosen(): ChosenPrecision | null {
    return this.#state.kind === 'replayed' ? this.#state.chosen : null;
  }

  run(inputs: tf.Tensor[]): tf.Tensor[] {
    switch (this.#state.kind) {
      case 'new':
        return this.#record(inputs);
      case 'recorded':
        return this.#check(this.#state.graph, inputs);
      case 'replayed':
        if (this.#state.replay.fits()) return this.#state.replay.run(inputs);
        this.dispose();
        return this.#record(inputs);
      case 'eager':
        return runEagerly(this.#step)(inputs);
    }
  }

  dispose(): void {
    if (this.#state.kind === 'replayed') this.#state.replay.close();
    this.#state = { kind: 'new' };
  }

  #record(inputs: tf.Tensor[]): tf.Tensor[] {
    const { outputs, ...rest } = record(this.#step, inputs, this.#variables);
    this.#state = 'graph' in rest ? { kind: 'recorded', graph: rest.graph } : { kind: 'eager', ...rest };
    return outputs;
  }

  /** Runs the step both ways from the same state; keeps the graph's result where both agree. */
  #check(graph: RecordedGraph, inputs: tf.Tensor[]): tf.Tensor[] {
    const before = this.#variables.map((variable) => tf.clone(variable));
    const values = valuesOf(before);
    const eagerOutputs = runEagerly(this.#step)(inputs);
    const after = this.#variables.map((variable) => tf.clone(variable));
    try {
      const eager = { outputs: valuesOf(eagerOutputs), variables: valuesOf(after) };
      const reset = () => assignAll(this.#variables, before);
      reset();
      const start = { variables: this.#variables, inputs, before: values, eager };
      const float32 = tryReplay(graph, start, FLOAT32);
      if (float32.reason !== null) {
        this.#state = { kind: 'eager', reason: float32.reason };
        assignAll(this.#variables, after);
        return eagerOutputs;
      }
      const { outputs, ...replayed } = choosePrecision(this.#precision, float32, graph, { ...start, reset });
      this.#state = { kind: 'replayed', ...replayed };
      tf.dispose(eagerOutputs);
      return outputs;
    } finally {
      tf.dispose([...before, ...after]);
    }
  }
}

function assignAll(variables: readonly tf.Variable[], values: readonly tf.Tensor[]): void {
  for (const [index, variable] of variables.entries()) variable.assign(values[index]!);
}
