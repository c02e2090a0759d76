import type * as tf from '../tf.js';
import { backend } from '../tf.js';

/** An attribute of a TensorFlow op, as the binding takes it. */
export interface OpAttribute {
  readonly name: string;
  /** One of the binding's TF_ATTR_ constants. */
  readonly type: number;
  readonly value: unknown;
}

/** A tensor that the binding made. */
export interface TensorMetadata {
  readonly id: number;
  readonly shape: number[];
  /** One of the binding's TF_ constants. */
  readonly dtype: number;
}

/** Values as the binding takes and gives them. */
export type BindingValues = Float32Array | Int32Array | Uint8Array | boolean[] | number[];

type Constants =
  | 'TF_FLOAT'
  | 'TF_INT32'
  | 'TF_INT64'
  | 'TF_BOOL'
  | 'TF_ATTR_STRING'
  | 'TF_ATTR_INT'
  | 'TF_ATTR_FLOAT'
  | 'TF_ATTR_BOOL'
  | 'TF_ATTR_TYPE'
  | 'TF_ATTR_SHAPE';

/** The part of tfjs-node's binding to libtensorflow that is used. */
export interface Binding extends Readonly<Record<Constants, number>> {
  createTensor(shape: number[], dtype: number, values: BindingValues): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array;
  executeOp(
    op: string,
    attributes: readonly OpAttribute[],
    inputs: number[],
    outputs: number,
  ): TensorMetadata[];
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(id: number): void;
  /** Names are joined by commas: `in0:0,in1:0`. */
  runSavedModel(id: number, inputs: number[], inputNames: string, outputNames: string): TensorMetadata[];
}

/** The part of tfjs-node's backend that is used beside tfjs' own interface. */
export interface NativeBackend {
  binding: Binding;
  /** Number of tensors that share these values. */
  refCount(dataId: object): number;
  getInputTensorIds(tensors: readonly tf.TensorInfo[]): number[];
  createOutputTensor(metadata: TensorMetadata): tf.Tensor;
  executeMultipleOutputs(
    op: string,
    attributes: readonly OpAttribute[],
    inputs: readonly tf.Tensor[],
    outputs: number,
  ): tf.Tensor[];
}

/** tfjs-node's backend, which must be in use. */
export function nativeBackend(): NativeBackend {
  return backend() as unknown as NativeBackend;
}

/** The number by which TensorFlow knows a dtype. */
export function dtypeNumber({ binding }: NativeBackend, dtype: tf.DataType): number {
  if (dtype === 'float32') return binding.TF_FLOAT;
  if (dtype === 'int32') return binding.TF_INT32;
  if (dtype === 'bool') return binding.TF_BOOL;
  throw new Error(`no number for dtype ${dtype}`);
}
