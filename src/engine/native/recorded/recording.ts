import type { Step } from '../../engine.js';
import * as tf from '../../tf.js';
import { type NativeBackend, nativeBackend } from '../backend.js';
import { attributesOf } from './attributes.js';
import type { GraphAttribute, GraphNode } from './graph.js';
import { GraphBuilder } from './graph-builder.js';
import { GraphTensors } from './graph-tensors.js';
import { type ExecutedOp, listen } from './op-listener.js';

/** A step as a graph. */
export interface RecordedGraph {
  readonly nodes: readonly GraphNode[];
  /** One per output of the step: `node:output`. */
  readonly outputs: readonly string[];
  /** Indices of the variables that the step assigns to. */
  readonly assigned: readonly number[];
  /** Variables whose values went into the graph as constants, and which values those were. */
  readonly constants: ReadonlyMap<tf.Variable, object>;
}

/** Result of a recorded call: its outputs, and the graph or the reason why there is none. */
export type Recorded = { readonly outputs: tf.Tensor[] } & (
  | { readonly graph: RecordedGraph }
  | { readonly reason: string }
);

let current: Recording | null = null;

/** The recording that is under way, for ops that have a better form in a graph than their eager one. */
export const currentRecording = (): Recording | null => current;

/**
 * Calls a step once, op by op, and keeps what it did as a graph.
 *
 * Inputs become placeholders and `variables` resource variables; whatever else the step reads becomes a constant.
 */
export function record(
  step: Step,
  inputs: readonly tf.Tensor[],
  variables: readonly tf.Variable[],
): Recorded {
  for (const variable of variables) ownValues(variable);
  const recording = new Recording(inputs, variables);
  const outer = current;
  current = recording;
  try {
    return recording.run(step, [...inputs]);
  } finally {
    current = outer;
  }
}

/**
 * Gives a variable values of its own where it shares them with another tensor: a recording tells tensors by their values,
 * and would take the other one for the variable from then on.
 */
function ownValues(variable: tf.Variable): void {
  if (nativeBackend().refCount(variable.dataId) <= 1) return;
  const own = tf.tensor(variable.dataSync().slice(), variable.shape, variable.dtype);
  variable.assign(own);
  own.dispose();
}

/** Ops whose values are drawn. */
const DRAWN = /Random|Multinomial|TruncatedNormal/;

/** Listens to the ops that tfjs-node's binding executes, and writes them down as a graph. */
export class Recording {
  readonly #backend: NativeBackend = nativeBackend();
  readonly #variables: readonly tf.Variable[];
  readonly #graph = new GraphBuilder(this.#backend);
  readonly #tensors: GraphTensors;
  /** Variables that an op of the graph changes in place, and that op. */
  readonly #updates = new Map<tf.Variable, string>();
  /** Tensors whose values may be others in the next call: inputs, variables and all that is computed from them. */
  readonly #varying = new Set<number>();
  /** Reason why the step can't be recorded. */
  #reason: string | null = null;
  #paused = false;

  constructor(inputs: readonly tf.Tensor[], variables: readonly tf.Variable[]) {
    this.#variables = variables;
    this.#tensors = new GraphTensors(this.#backend, this.#graph, variables);
    for (const [index, input] of inputs.entries())
      this.#addVarying(input, this.#graph.addInput(index, input));
    for (const [index, variable] of variables.entries())
      this.#addVarying(variable, this.#graph.addVariable(index, variable));
  }

  run(step: Step, inputs: tf.Tensor[]): Recorded {
    const stopListening = listen(this.#backend, {
      onInput: (id, tensor) => this.#tensors.see(id, tensor),
      onCreate: (id, values) => this.#tensors.setValues(id, values),
      onExecute: (executed) => this.#hear(executed),
      onRead: (id) => {
        if (this.#varying.has(id)) this.#reason ??= 'it reads a value back while it runs';
      },
    });
    try {
      const outputs = tf.tidy(() => step(inputs));
      if (this.#reason !== null) return { outputs, reason: this.#reason };
      try {
        return { outputs, graph: this.#finish(outputs) };
      } catch (error) {
        return { outputs, reason: (error as Error).message };
      }
    } finally {
      stopListening();
    }
  }

  /**
   * Runs `eager` without recording it and adds one op in its place that changes variables in the graph.
   *
   * @param resources  The variables that the op changes, its first inputs; `eager` assigns to all of them.
   * @param inputs     Its other inputs.
   * @returns false where one of `resources` is no variable of this step, or was assigned to before.
   */
  update(
    op: string,
    resources: readonly tf.Variable[],
    inputs: readonly tf.Tensor[],
    eager: () => void,
  ): boolean {
    const indices = resources.map((variable) => this.#variables.indexOf(variable));
    if (indices.some((index) => index < 0 || this.#isAssigned(index))) return false;
    const names = this.#tensors.idsOf(inputs).map((id) => this.#tensors.nameOf(id));
    const name = `update${this.#updates.size}`;
    this.#graph.addUpdate(name, op, indices, names);
    this.#paused = true;
    try {
      eager();
    } finally {
      this.#paused = false;
    }
    for (const variable of resources) this.#updates.set(variable, name);
    return true;
  }

  #hear(executed: ExecutedOp): void {
    if (this.#reason !== null || this.#paused) return;
    try {
      this.#addOp(executed);
    } catch (error) {
      this.#reason = (error as Error).message;
    }
  }

  #addOp({ op, attributes, inputs, outputs }: ExecutedOp): void {
    const name = this.#graph.freshName('op');
    const names = inputs.map((id) => this.#tensors.nameOf(id));
    this.#graph.add(name, op, names, {
      ...attributesOf(this.#backend.binding, attributes),
      ...this.#inferred(op, inputs),
    });
    const varies = DRAWN.test(op) || inputs.some((id) => this.#varying.has(id));
    for (const [index, id] of outputs.entries()) {
      this.#tensors.setName(id, `${name}:${index}`);
      if (varies) this.#varying.add(id);
    }
  }

  #addVarying(tensor: tf.Tensor, name: string): void {
    const id = this.#tensors.idOf(tensor);
    this.#tensors.setName(id, name);
    this.#varying.add(id);
  }

  /** The one type that tfjs-node leaves to be inferred, which a graph must state. */
  #inferred(op: string, [first]: readonly number[]): Record<string, GraphAttribute> {
    return op === 'ExpandDims' ? { T: this.#graph.dtypeOf(this.#tensors.seen(first!)) } : {};
  }

  #isAssigned(index: number): boolean {
    const variable = this.#variables[index]!;
    const name = this.#tensors.knownName(this.#tensors.idOf(variable));
    return this.#updates.has(variable) || name !== `read${index}:0`;
  }

  #metricValue(tensor: tf.Tensor): string {
    return this.#tensors.nameOf(this.#tensors.idOf(tensor));
  }

  #finish(outputs: readonly tf.Tensor[]): RecordedGraph {
    const graph = this.#graph;
    const assigned = this.#variables.flatMap((_, index) => (this.#isAssigned(index) ? [index] : []));
    const changes = assigned.map((index) => {
      const variable = this.#variables[index]!;
      return this.#updates.get(variable) ?? graph.addAssignment(index, variable, this.#metricValue(variable));
    });
    const after = [...new Set(changes)].map((name) => `^${name}`);
    const names = outputs.map((output, index) =>
      graph.addOutput(index, output, this.#metricValue(output), after),
    );
    const done = graph.addDone('done', after);
    graph.addDone(
      'all_set',
      this.#variables.map((_, index) => `^set${index}`),
    );
    return {
      nodes: graph.nodes,
      outputs: names.length === 0 ? [done] : names,
      assigned,
      constants: this.#tensors.constants,
    };
  }
}
