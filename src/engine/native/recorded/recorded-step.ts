import { runEagerly } from '../../eager-step.js';
import type { ChosenPrecision, CompiledState, CompiledStep, Precision, Step } from '../../engine.js';
import * as tf from '../../tf.js';
import { FLOAT32 } from './agreement.js';
import { inBfloat16 } from './bfloat16.js';
import { choosePrecision } from './precision.js';
import { type RecordedGraph, record } from './recording.js';
import { Replay, tryReplay, valuesOf } from './replay.js';

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
  const work = { step, variables, precision };
  const eager = runEagerly(step);
  return {
    run: (inputs) => {
      const key = keyOf(inputs);
      let found = recorded.get(key);
      if (found === undefined && recorded.size < MAX_RECORDINGS) {
        found = new RecordedStep(work, inputs.map(shapeOf));
        recorded.set(key, found);
      }
      return found === undefined ? eager(inputs) : found.run(inputs);
    },
    eagerReason: () =>
      [...recorded.values()].map(({ reason }) => reason).find((reason) => reason !== null) ?? null,
    precision: () => [...recorded.values()].map(({ chosen }) => chosen).find((each) => each !== null) ?? null,
    state: () => [...recorded.values()].flatMap((each) => each.save()),
    restore: (states) => {
      for (const { inputs, state } of states)
        recorded.set(keyOf(inputs), RecordedStep.restored(work, inputs, state));
    },
    dispose: () => {
      for (const each of recorded.values()) each.dispose();
      recorded.clear();
    },
  };
}

type InputShape = CompiledState[number]['inputs'][number];

const keyOf = (inputs: readonly InputShape[]): string =>
  inputs.map(({ dtype, shape }) => `${dtype} ${shape}`).join('; ');

const shapeOf = ({ dtype, shape }: tf.Tensor): InputShape => ({ dtype, shape: [...shape] });

/** A step as it was handed to `recordStep`. */
interface Work {
  readonly step: Step;
  readonly variables: readonly tf.Variable[];
  readonly precision: Precision;
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
  readonly #inputs: InputShape[];
  #state: State = { kind: 'new' };

  constructor({ step, variables, precision }: Work, inputs: InputShape[]) {
    this.#step = step;
    this.#variables = variables;
    this.#precision = precision;
    this.#inputs = inputs;
  }

  /** One that goes on as another did, which `save` described. */
  static restored(work: Work, inputs: InputShape[], state: CompiledState[number]['state']): RecordedStep {
    const restored = new RecordedStep(work, inputs);
    restored.#restore(state);
    return restored;
  }

  /** Describes what it came to; nothing where it wasn't called. */
  save(): CompiledState {
    const inputs = this.#inputs;
    const state = this.#state;
    switch (state.kind) {
      case 'new':
        return [];
      case 'recorded':
        return [{ inputs, state: { kind: 'recorded' } }];
      case 'replayed':
        return [{ inputs, state: { kind: 'replayed', chosen: state.chosen } }];
      case 'eager':
        return [{ inputs, state }];
    }
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

  /** A graph is the same whatever the inputs' values, so that zeros do. */
  #restore(state: CompiledState[number]['state']): void {
    if (state.kind === 'eager') {
      this.#state = state;
      return;
    }
    const before = this.#variables.map((variable) => tf.clone(variable));
    const zeros = this.#inputs.map(({ dtype, shape }) => tf.zeros(shape, dtype));
    try {
      tf.dispose(this.#record(zeros));
      assignAll(this.#variables, before);
    } finally {
      tf.dispose([...before, ...zeros]);
    }
    if (state.kind === 'recorded' || this.#state.kind !== 'recorded') return;
    const { graph } = this.#state;
    const { chosen } = state;
    const nodes = chosen?.name === 'bfloat16' ? inBfloat16(graph.nodes) : graph.nodes;
    const replay = new Replay({ ...graph, nodes }, this.#variables);
    this.#state = { kind: 'replayed', replay, chosen };
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
