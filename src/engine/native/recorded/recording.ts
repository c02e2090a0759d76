import type { Step } from '../../engine.js';
import * as tf from '../../tf.js';
import {
  type Binding,
  type BindingValues,
  dtypeNumber,
  type NativeBackend,
  nativeBackend,
  type OpAttribute,
} from '../backend.js';
import { attributesOf } from './attributes.js';
import { type GraphAttribute, type GraphNode, typeOf } from './graph.js';

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

/** What a recorded call gave: its outputs, and the graph or why there is none. */
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
  const recording = new Recording(inputs, variables);
  const outer = current;
  current = recording;
  try {
    return recording.run(step, [...inputs]);
  } finally {
    current = outer;
  }
}

/** Listens to the ops that tfjs-node's binding executes. */
export class Recording {
  readonly #backend: NativeBackend = nativeBackend();
  readonly #binding: Binding = this.#backend.binding;
  readonly #variables: readonly tf.Variable[];
  readonly #nodes: GraphNode[] = [];
  /** Where in the graph a tensor of the binding is made. */
  readonly #names = new Map<number, string>();
  /** Tensors made of JavaScript values since the recording began. */
  readonly #values = new Map<number, { shape: number[]; dtype: number; values: BindingValues }>();
  /** Tensors that ops were given, so that one from outside can be made a constant. */
  readonly #seen = new Map<number, tf.TensorInfo>();
  readonly #outside = new Map<object, tf.Variable>();
  readonly #constants = new Map<tf.Variable, object>();
  /** Variables that an op of the graph changes in place, and that op. */
  readonly #updates = new Map<tf.Variable, string>();
  #reason: string | null = null;
  #paused = false;

  constructor(inputs: readonly tf.Tensor[], variables: readonly tf.Variable[]) {
    this.#variables = variables;
    for (const variable of Object.values(tf.engine().registeredVariables)) {
      this.#outside.set(variable.dataId, variable);
      // tfjs-node hands values over only when an op wants them; that must not look like a constant of the step.
      this.#idOf(variable);
    }
    for (const [index, input] of inputs.entries()) this.#addInput(input, index);
    for (const [index, variable] of variables.entries()) this.#addVariable(variable, index);
  }

  run(step: Step, inputs: tf.Tensor[]): Recorded {
    const stopListening = this.#listen();
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
    const names = this.#backend.getInputTensorIds(inputs).map((id) => this.#nameOf(id));
    const name = `update${this.#updates.size}`;
    this.#nodes.push({
      name,
      op,
      // A read that ran after the update would see the new value.
      inputs: [
        ...indices.map((index) => `var${index}`),
        ...names,
        ...indices.map((index) => `^read${index}`),
      ],
      attributes: { T: typeOf(this.#binding.TF_FLOAT) },
    });
    this.#paused = true;
    try {
      eager();
    } finally {
      this.#paused = false;
    }
    for (const variable of resources) this.#updates.set(variable, name);
    return true;
  }

  #addInput(input: tf.Tensor, index: number): void {
    this.#addPlaceholder(`in${index}`, input);
    this.#names.set(this.#idOf(input), `in${index}:0`);
  }

  #addVariable(variable: tf.Variable, index: number): void {
    const dtype = typeOf(dtypeNumber(this.#backend, variable.dtype));
    this.#outside.delete(variable.dataId);
    this.#add(`var${index}`, 'VarHandleOp', [], {
      dtype,
      shape: { kind: 'shape', value: variable.shape },
      shared_name: { kind: 'string', value: `var${index}` },
      container: { kind: 'string', value: '' },
    });
    this.#add(`read${index}`, 'ReadVariableOp', [`var${index}`], { dtype });
    this.#addPlaceholder(`value${index}`, variable);
    this.#add(`set${index}`, 'AssignVariableOp', [`var${index}`, `value${index}`], { dtype });
    this.#names.set(this.#idOf(variable), `read${index}:0`);
  }

  #addPlaceholder(name: string, { dtype, shape }: tf.Tensor): void {
    this.#add(name, 'Placeholder', [], {
      dtype: typeOf(dtypeNumber(this.#backend, dtype)),
      shape: { kind: 'shape', value: shape },
    });
  }

  #add(
    name: string,
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, GraphAttribute>>,
  ): void {
    this.#nodes.push({ name, op, inputs, attributes });
  }

  #idOf(tensor: tf.TensorInfo): number {
    return this.#backend.getInputTensorIds([tensor])[0]!;
  }

  /** Puts itself between tfjs and the binding. */
  #listen(): () => void {
    const backend = this.#backend;
    const binding = this.#binding;
    const getInputTensorIds = backend.getInputTensorIds.bind(backend);
    backend.binding = Object.create(binding, {
      createTensor: { value: this.#createTensor },
      executeOp: { value: this.#executeOp },
      tensorDataSync: { value: this.#tensorDataSync },
    }) as Binding;
    backend.getInputTensorIds = (tensors) => {
      const ids = getInputTensorIds(tensors);
      for (const [index, id] of ids.entries()) this.#seen.set(id, tensors[index]!);
      return ids;
    };
    return () => {
      backend.binding = binding;
      // Uncovers the class's own method again.
      Reflect.deleteProperty(backend, 'getInputTensorIds');
    };
  }

  readonly #createTensor: Binding['createTensor'] = (shape, dtype, values) => {
    const id = this.#binding.createTensor(shape, dtype, values);
    this.#values.set(id, { shape: [...shape], dtype, values });
    return id;
  };

  readonly #executeOp: Binding['executeOp'] = (op, attributes, inputs, outputs) => {
    const made = this.#binding.executeOp(op, attributes, inputs, outputs);
    if (this.#reason !== null || this.#paused) return made;
    try {
      this.#addOp(
        op,
        attributes,
        inputs,
        made.map(({ id }) => id),
      );
    } catch (error) {
      this.#reason = (error as Error).message;
    }
    return made;
  };

  readonly #tensorDataSync: Binding['tensorDataSync'] = (id) => {
    if (this.#names.has(id)) this.#reason ??= 'it reads a value back while it runs';
    return this.#binding.tensorDataSync(id);
  };

  #addOp(
    op: string,
    attributes: readonly OpAttribute[],
    inputs: readonly number[],
    outputs: readonly number[],
  ): void {
    const name = `op${this.#nodes.length}`;
    const names = inputs.map((id) => this.#nameOf(id));
    this.#add(name, op, names, {
      ...attributesOf(this.#binding, attributes),
      ...this.#inferred(op, inputs),
    });
    for (const [index, id] of outputs.entries()) this.#names.set(id, `${name}:${index}`);
  }

  /** The one type that tfjs-node leaves to be inferred, which a graph must state. */
  #inferred(op: string, [first]: readonly number[]): Record<string, GraphAttribute> {
    if (op !== 'ExpandDims') return {};
    return { T: typeOf(dtypeNumber(this.#backend, this.#seen.get(first!)!.dtype)) };
  }

  #nameOf(id: number): string {
    const known = this.#names.get(id);
    if (known !== undefined) return known;
    const name = `const${this.#nodes.length}`;
    const { shape, dtype, values } = this.#values.get(id) ?? this.#fromOutside(id);
    this.#add(name, 'Const', [], {
      dtype: typeOf(dtype),
      value: { kind: 'tensor', value: { dtype, shape, bytes: bytesOf(this.#binding, dtype, values) } },
    });
    this.#names.set(id, `${name}:0`);
    return `${name}:0`;
  }

  #fromOutside(id: number): { shape: number[]; dtype: number; values: BindingValues } {
    const tensor = this.#seen.get(id);
    if (tensor === undefined) throw new Error('it uses a tensor of unknown origin');
    const variable = this.#outside.get(tensor.dataId);
    if (variable !== undefined) this.#constants.set(variable, tensor.dataId);
    const dtype = dtypeNumber(this.#backend, tensor.dtype);
    return { shape: tensor.shape, dtype, values: this.#binding.tensorDataSync(id) };
  }

  #isAssigned(index: number): boolean {
    const variable = this.#variables[index]!;
    return this.#updates.has(variable) || this.#names.get(this.#idOf(variable)) !== `read${index}:0`;
  }

  #finish(outputs: readonly tf.Tensor[]): RecordedGraph {
    const assigned = this.#variables.flatMap((_, index) => (this.#isAssigned(index) ? [index] : []));
    const changes = assigned.map((index) => {
      const variable = this.#variables[index]!;
      const update = this.#updates.get(variable);
      if (update !== undefined) return update;
      const value = this.#nameOf(this.#idOf(variable));
      const dtype = typeOf(dtypeNumber(this.#backend, variable.dtype));
      this.#add(`assign${index}`, 'AssignVariableOp', [`var${index}`, value, `^read${index}`], { dtype });
      return `assign${index}`;
    });
    const after = [...new Set(changes)].map((name) => `^${name}`);
    const names = outputs.map((output, index) => {
      const dtype = typeOf(dtypeNumber(this.#backend, output.dtype));
      this.#add(`out${index}`, 'Identity', [this.#nameOf(this.#idOf(output)), ...after], { T: dtype });
      return `out${index}:0`;
    });
    this.#addDone('done', after);
    this.#addDone(
      'all_set',
      this.#variables.map((_, index) => `^set${index}`),
    );
    return {
      nodes: this.#nodes,
      outputs: names.length === 0 ? ['done:0'] : names,
      assigned,
      constants: this.#constants,
    };
  }

  /** Something to fetch once other nodes have run. */
  #addDone(name: string, after: readonly string[]): void {
    const dtype = this.#binding.TF_BOOL;
    const value = { dtype, shape: [], bytes: Uint8Array.of(1) };
    this.#add(name, 'Const', after, { dtype: typeOf(dtype), value: { kind: 'tensor', value } });
  }
}

function bytesOf(binding: Binding, dtype: number, values: BindingValues): Uint8Array {
  const typed = typedArray(binding, dtype, values);
  return new Uint8Array(typed.buffer, typed.byteOffset, typed.byteLength);
}

function typedArray(binding: Binding, dtype: number, values: BindingValues): ArrayBufferView {
  switch (dtype) {
    case binding.TF_FLOAT:
      return Float32Array.from(values as ArrayLike<number>);
    case binding.TF_INT32:
      return Int32Array.from(values as ArrayLike<number>);
    case binding.TF_BOOL:
      return Uint8Array.from(values as ArrayLike<number>);
    case binding.TF_INT64:
      // tfjs-node hands 64-bit integers over as pairs of 32-bit ones, the lower half first.
      return Int32Array.from(values as ArrayLike<number>);
    default:
      throw new Error(`it uses a constant of a dtype that is not recorded (${dtype})`);
  }
}
