import { layerKindOf } from './layers/index.js';

/**
 * Copies a topology so that it takes batches of any size: sizes demanded of a batch are left open, and recurrent layers
 * that keep their state from one batch to the next begin every sample without one.
 *
 * With a state kept, a sample's outputs would depend on what came before it.
 */
export function withOpenBatch(topology: unknown): unknown {
  if (Array.isArray(topology)) return topology.map(withOpenBatch);
  if (typeof topology !== 'object' || topology === null) return topology;
  const copy = Object.fromEntries(
    Object.entries(topology).map(([key, value]) => [key, withOpenBatch(value)]),
  );
  if (Array.isArray(copy.batch_input_shape))
    copy.batch_input_shape = [null, ...copy.batch_input_shape.slice(1)];
  const { class_name: className, config } = copy;
  if (typeof className === 'string' && isRecurrent(className) && typeof config === 'object')
    copy.config = { ...config, stateful: false };
  return copy;
}

/** Whether a layer of this class has states: its kernels are an input's and a state's. */
const isRecurrent = (className: string): boolean =>
  !className.endsWith('Cell') && 'recurrent_kernel' in (layerKindOf(className)?.kernels ?? {});
