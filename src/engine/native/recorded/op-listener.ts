import type * as tf from '../../tf.js';
import type { Binding, NativeBackend, OpAttribute } from '../backend.js';
import type { ConstantValues } from './graph-builder.js';

/** An op that the binding executed. */
export interface ExecutedOp {
  readonly op: string;
  readonly attributes: readonly OpAttribute[];
  /** Ids of tensors. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** Listener to the calls that tfjs makes to the binding. */
export interface OpListener {
  /** A tensor is handed over to ops. */
  onInput(id: number, tensor: tf.TensorInfo): void;
  /** A tensor was made of JavaScript values. */
  onCreate(id: number, values: ConstantValues): void;
  onExecute(executed: ExecutedOp): void;
  /** A tensor is about to be read back. */
  onRead(id: number): void;
}

/**
 * Puts a listener between tfjs and tfjs-node's binding.
 *
 * @returns A function that removes it again.
 */
export function listen(backend: NativeBackend, listener: OpListener): () => void {
  const binding = backend.binding;
  const getInputTensorIds = backend.getInputTensorIds.bind(backend);
  const createTensor: Binding['createTensor'] = (shape, dtype, values) => {
    const id = binding.createTensor(shape, dtype, values);
    listener.onCreate(id, { shape: [...shape], dtype, values });
    return id;
  };
  const executeOp: Binding['executeOp'] = (op, attributes, inputs, outputs) => {
    const made = binding.executeOp(op, attributes, inputs, outputs);
    listener.onExecute({ op, attributes, inputs, outputs: made.map(({ id }) => id) });
    return made;
  };
  const tensorDataSync: Binding['tensorDataSync'] = (id) => {
    listener.onRead(id);
    return binding.tensorDataSync(id);
  };
  backend.binding = Object.create(binding, {
    createTensor: { value: createTensor },
    executeOp: { value: executeOp },
    tensorDataSync: { value: tensorDataSync },
  }) as Binding;
  backend.getInputTensorIds = (tensors) => {
    const ids = getInputTensorIds(tensors);
    for (const [index, id] of ids.entries()) listener.onInput(id, tensors[index]!);
    return ids;
  };
  return () => {
    backend.binding = binding;
    // Uncovers the class's own method again.
    Reflect.deleteProperty(backend, 'getInputTensorIds');
  };
}
