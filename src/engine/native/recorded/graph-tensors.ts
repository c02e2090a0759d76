import * as tf from '../../tf.js';
import { type Binding, dtypeNumber, type NativeBackend } from '../backend.js';
import type { ConstantValues, GraphBuilder } from './graph-builder.js';

/**
 * Node outputs and constants of a graph for the binding's tensors, by tensor id.
 *
 * A tensor that no node makes becomes a constant as soon as a node uses it.
 */
export class GraphTensors {
  readonly #backend: NativeBackend;
  /** Not the one that is listened to. */
  readonly #binding: Binding;
  readonly #graph: GraphBuilder;
  readonly #names = new Map<number, string>();
  /** Tensors made of JavaScript values since the recording began. */
  readonly #values = new Map<number, ConstantValues>();
  /** Tensors that ops were given, so that one from outside can be made a constant. */
  readonly #seen = new Map<number, tf.TensorInfo>();
  /** Variables that don't belong to the step, by their data. */
  readonly #outside: ReadonlyMap<object, tf.Variable>;
  readonly #constants = new Map<tf.Variable, object>();

  constructor(backend: NativeBackend, graph: GraphBuilder, variables: readonly tf.Variable[]) {
    this.#backend = backend;
    this.#binding = backend.binding;
    this.#graph = graph;
    const registered = Object.values(tf.engine().registeredVariables);
    // tfjs-node hands values over only when an op wants them; that must not look like a constant of the step.
    for (const variable of registered) this.idOf(variable);
    const own = new Set(variables);
    this.#outside = new Map(
      registered.filter((each) => !own.has(each)).map((variable) => [variable.dataId, variable]),
    );
  }

  /** Variables whose values became constants, and which values those were. */
  get constants(): ReadonlyMap<tf.Variable, object> {
    return this.#constants;
  }

  idOf(tensor: tf.TensorInfo): number {
    return this.idsOf([tensor])[0]!;
  }

  idsOf(tensors: readonly tf.TensorInfo[]): number[] {
    return this.#backend.getInputTensorIds(tensors);
  }

  /** Takes note of a tensor that ops are given. */
  see(id: number, tensor: tf.TensorInfo): void {
    this.#seen.set(id, tensor);
  }

  /** Takes note of a tensor that was made of JavaScript values. */
  setValues(id: number, values: ConstantValues): void {
    this.#values.set(id, values);
  }

  /** Takes note of the node's output that is this tensor. */
  setName(id: number, name: string): void {
    this.#names.set(id, name);
  }

  /** The node's output that is this tensor; undefined where there is none yet. */
  knownName(id: number): string | undefined {
    return this.#names.get(id);
  }

  /** The same, with a constant added where there is none. */
  nameOf(id: number): string {
    const known = this.knownName(id);
    if (known !== undefined) return known;
    const name = this.#graph.addConstant(this.#values.get(id) ?? this.#fromOutside(id));
    this.#names.set(id, name);
    return name;
  }

  /** A tensor that ops were given. */
  seen(id: number): tf.TensorInfo {
    const tensor = this.#seen.get(id);
    if (tensor === undefined) throw new Error('it uses a tensor of unknown origin');
    return tensor;
  }

  #fromOutside(id: number): ConstantValues {
    const { dataId, dtype, shape } = this.seen(id);
    const variable = this.#outside.get(dataId);
    if (variable !== undefined) this.#constants.set(variable, dataId);
    return { shape, dtype: dtypeNumber(this.#backend, dtype), values: this.#binding.tensorDataSync(id) };
  }
}
