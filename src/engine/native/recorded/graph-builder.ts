import type * as tf from '../../tf.js';
import { type BindingValues, dtypeNumber, type NativeBackend } from '../backend.js';
import { constantBytes } from './constant-bytes.js';
import { type GraphAttribute, type GraphNode, typeOf } from './graph.js';

/** The values of a constant. */
export interface ConstantValues {
  readonly shape: readonly number[];
  /** TensorFlow's number for it. */
  readonly dtype: number;
  readonly values: BindingValues;
}

/**
 * Writes the nodes of a step, under the names by which a replay knows them.
 *
 * `in0` is an input; `var0` a variable, `read0` its value, `value0` and `set0` what gives it another one before the step,
 * `assign0` what does at its end; `out0` an output; `done` and `all_set` run after all changes and all `set`s.
 */
export class GraphBuilder {
  readonly nodes: GraphNode[] = [];
  readonly #backend: NativeBackend;

  constructor(backend: NativeBackend) {
    this.#backend = backend;
  }

  /** A name that no other node has. */
  freshName(prefix: 'op' | 'const'): string {
    return `${prefix}${this.nodes.length}`;
  }

  /** @returns Its first output. */
  add(
    name: string,
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, GraphAttribute>>,
  ): string {
    this.nodes.push({ name, op, inputs, attributes });
    return `${name}:0`;
  }

  /** @returns Its value. */
  addInput(index: number, input: tf.Tensor): string {
    return this.#addPlaceholder(`in${index}`, input);
  }

  /** @returns Its value at the beginning of the step. */
  addVariable(index: number, variable: tf.Variable): string {
    const dtype = this.dtypeOf(variable);
    this.add(`var${index}`, 'VarHandleOp', [], {
      dtype,
      shape: { kind: 'shape', value: variable.shape },
      shared_name: { kind: 'string', value: `var${index}` },
      container: { kind: 'string', value: '' },
    });
    const value = this.add(`read${index}`, 'ReadVariableOp', [`var${index}`], { dtype });
    this.#addPlaceholder(`value${index}`, variable);
    this.add(`set${index}`, 'AssignVariableOp', [`var${index}`, `value${index}`], { dtype });
    return value;
  }

  /** @returns Its value. */
  addConstant({ dtype, shape, values }: ConstantValues): string {
    const bytes = constantBytes(this.#backend.binding, dtype, values);
    return this.add(this.freshName('const'), 'Const', [], {
      dtype: typeOf(dtype),
      value: { kind: 'tensor', value: { dtype, shape, bytes } },
    });
  }

  /**
   * Adds an op that changes variables in place, once they were read: a read that ran later would see the new value.
   *
   * @param indices  Of the variables, its first inputs.
   * @param inputs   Its other inputs.
   */
  addUpdate(name: string, op: string, indices: readonly number[], inputs: readonly string[]): void {
    const variables = indices.map((index) => `var${index}`);
    const reads = indices.map((index) => `^read${index}`);
    this.add(name, op, [...variables, ...inputs, ...reads], {
      T: typeOf(this.#backend.binding.TF_FLOAT),
    });
  }

  /** Gives a variable the value that it has at the end of the step. @returns The node. */
  addAssignment(index: number, variable: tf.Variable, value: string): string {
    const dtype = this.dtypeOf(variable);
    this.add(`assign${index}`, 'AssignVariableOp', [`var${index}`, value, `^read${index}`], { dtype });
    return `assign${index}`;
  }

  /** @param after  Nodes that are to have run. @returns Its value. */
  addOutput(index: number, output: tf.Tensor, value: string, after: readonly string[]): string {
    return this.add(`out${index}`, 'Identity', [value, ...after], { T: this.dtypeOf(output) });
  }

  /** Adds something to fetch once other nodes have run. */
  addDone(name: 'done' | 'all_set', after: readonly string[]): string {
    const dtype = this.#backend.binding.TF_BOOL;
    const value = { dtype, shape: [], bytes: Uint8Array.of(1) };
    return this.add(name, 'Const', after, { dtype: typeOf(dtype), value: { kind: 'tensor', value } });
  }

  /** A tensor's dtype as an attribute. */
  dtypeOf({ dtype }: Pick<tf.TensorInfo, 'dtype'>): GraphAttribute {
    return typeOf(dtypeNumber(this.#backend, dtype));
  }

  #addPlaceholder(name: string, tensor: tf.Tensor): string {
    return this.add(name, 'Placeholder', [], {
      dtype: this.dtypeOf(tensor),
      shape: { kind: 'shape', value: tensor.shape },
    });
  }
}
