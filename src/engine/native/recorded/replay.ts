import * as tf from '../../tf.js';
import { disagreement, type StepResult, type Tolerance } from './agreement.js';
import { GraphVariables } from './graph-variables.js';
import type { RecordedGraph } from './recording.js';
import { openSession, type Session } from './session.js';

/** Starting state of a trial, and the result of an eager call from that state. */
export interface TrialStart {
  readonly variables: readonly tf.Variable[];
  readonly inputs: tf.Tensor[];
  /** The variables' values, which they have now. */
  readonly before: readonly Float32Array[];
  readonly eager: StepResult;
}

/** A graph that did what the eager call did, and its outputs. */
export interface GoodTrial {
  readonly reason: null;
  readonly replay: Replay;
  readonly outputs: tf.Tensor[];
}

/** Result of a first replay; `reason` says why the graph can't be used. */
export type Trial = GoodTrial | { readonly reason: string };

/** Replays a graph for the first time and holds it against an eager call from the same place. */
export function tryReplay(
  graph: RecordedGraph,
  { variables, inputs, before, eager }: TrialStart,
  tolerance: Tolerance,
): Trial {
  let replay: Replay | null = null;
  let reason: string | null;
  let outputs: tf.Tensor[] = [];
  try {
    replay = new Replay(graph, variables);
    outputs = replay.run(inputs);
    const replayed = { outputs: valuesOf(outputs), variables: valuesOf(variables) };
    reason = disagreement(before, eager, replayed, tolerance);
    if (reason === null) return { reason, replay, outputs };
  } catch (error) {
    reason = (error as Error).message;
  }
  tf.dispose(outputs);
  replay?.close();
  return { reason };
}

/** A recorded graph at work. */
export class Replay {
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

  /** Whether the variables that the graph has as constants still have the same values. */
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

/** Values of tensors, copied. */
export const valuesOf = (tensors: readonly tf.Tensor[]): Float32Array[] =>
  tensors.map((tensor) => Float32Array.from(tensor.dataSync()));
