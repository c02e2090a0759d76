import { runEagerly } from '../../eager-step.js';
import type { CompiledStep, Step } from '../../engine.js';
import * as tf from '../../tf.js';
import { disagreement, FLOAT32, type StepResult } from './agreement.js';
import { GraphVariables } from './graph-variables.js';
import { type RecordedGraph, record } from './recording.js';
import { openSession, type Session } from './session.js';

/** Shapes of inputs that are recorded; a step that is called with more of them runs eagerly with the others. */
const MAX_RECORDINGS = 8;

/**
 * A step whose first call is recorded and whose later calls are replayed as a TensorFlow graph, for each shape of its
 * inputs.
 *
 * The first replay is held against an eager call on the same inputs. Where they differ, or the call can't be recorded
 * (it reads a value back), the step goes on eagerly.
 */
export function recordStep(step: Step, variables: readonly tf.Variable[]): CompiledStep {
  const recorded = new Map<string, RecordedStep>();
  const eager = runEagerly(step);
  return {
    run: (inputs) => {
      const key = inputs.map(({ dtype, shape }) => `${dtype} ${shape}`).join('; ');
      let found = recorded.get(key);
      if (found === undefined && recorded.size < MAX_RECORDINGS) {
        found = new RecordedStep(step, variables);
        recorded.set(key, found);
      }
      return found === undefined ? eager(inputs) : found.run(inputs);
    },
    eagerReason: () =>
      [...recorded.values()].map(({ reason }) => reason).find((reason) => reason !== null) ?? null,
    dispose: () => {
      for (const each of recorded.values()) each.dispose();
      recorded.clear();
    },
  };
}

type State =
  | { readonly kind: 'new' }
  | { readonly kind: 'recorded'; readonly graph: RecordedGraph }
  | { readonly kind: 'replayed'; readonly replay: Replay }
  | { readonly kind: 'eager'; readonly reason: string };

/** A step with inputs of one shape. */
class RecordedStep {
  readonly #step: Step;
  readonly #variables: readonly tf.Variable[];
  #state: State = { kind: 'new' };

  constructor(step: Step, variables: readonly tf.Variable[]) {
    this.#step = step;
    this.#variables = variables;
  }

  /** Why it runs eagerly, if it does. */
  get reason(): string | null {
    return this.#state.kind === 'eager' ? this.#state.reason : null;
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

  /** Takes the step both ways from the same place; what the graph did stays, where it did the same. */
  #check(graph: RecordedGraph, inputs: tf.Tensor[]): tf.Tensor[] {
    const before = this.#variables.map((variable) => tf.clone(variable));
    const values = valuesOf(before);
    const eagerOutputs = runEagerly(this.#step)(inputs);
    const after = this.#variables.map((variable) => tf.clone(variable));
    try {
      const eager = { outputs: valuesOf(eagerOutputs), variables: valuesOf(after) };
      assignAll(this.#variables, before);
      const { replay, outputs, reason } = tryReplay(graph, this.#variables, inputs, values, eager);
      if (reason === null) {
        this.#state = { kind: 'replayed', replay };
        tf.dispose(eagerOutputs);
        return outputs;
      }
      this.#state = { kind: 'eager', reason };
      assignAll(this.#variables, after);
      return eagerOutputs;
    } finally {
      tf.dispose([...before, ...after]);
    }
  }
}

type Trial =
  | { readonly reason: null; readonly replay: Replay; readonly outputs: tf.Tensor[] }
  | { readonly reason: string; readonly replay: null; readonly outputs: null };

function tryReplay(
  graph: RecordedGraph,
  variables: readonly tf.Variable[],
  inputs: tf.Tensor[],
  before: readonly Float32Array[],
  eager: StepResult,
): Trial {
  let replay: Replay | null = null;
  let reason: string | null;
  let outputs: tf.Tensor[] = [];
  try {
    replay = new Replay(graph, variables);
    outputs = replay.run(inputs);
    const replayed = { outputs: valuesOf(outputs), variables: valuesOf(variables) };
    reason = disagreement(before, eager, replayed, FLOAT32);
    if (reason === null) return { reason, replay, outputs };
  } catch (error) {
    reason = (error as Error).message;
  }
  tf.dispose(outputs);
  replay?.close();
  return { reason, replay: null, outputs: null };
}

/** A recorded graph at work. */
class Replay {
  readonly #graph: RecordedGraph;
  readonly #session: Session;
  readonly #variables: GraphVariables;
  readonly #hasOutputs: boolean;

  constructor(graph: RecordedGraph, variables: readonly tf.Variable[]) {
    this.#graph = graph;
    this.#session = openSession(graph.nodes);
    this.#variables = new GraphVariables(this.#session, variables, graph.assigned);
    this.#hasOutputs = graph.outputs[0] !== 'done:0';
  }

  /** Whether what went into the graph as a constant is still what it was. */
  fits(): boolean {
    return [...this.#graph.constants].every(([variable, dataId]) => variable.dataId === dataId);
  }

  run(inputs: readonly tf.Tensor[]): tf.Tensor[] {
    this.#variables.push();
    const feeds = new Map(inputs.map((input, index) => [`in${index}`, input]));
    const outputs = this.#session.run(feeds, this.#graph.outputs);
    this.#variables.markAhead();
    if (this.#hasOutputs) return outputs;
    tf.dispose(outputs);
    return [];
  }

  close(): void {
    this.#variables.pull();
    this.#session.close();
  }
}

function assignAll(variables: readonly tf.Variable[], values: readonly tf.Tensor[]): void {
  for (const [index, variable] of variables.entries()) variable.assign(values[index]!);
}

const valuesOf = (tensors: readonly tf.Tensor[]): Float32Array[] =>
  tensors.map((tensor) => Float32Array.from(tensor.dataSync()));
