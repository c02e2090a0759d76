import { bytesOf, type DType, narrowFloat16 } from '../../core/index.js';
import { expandTensor, type StoredTensor } from '../../pack/index.js';
import type { WeightForm } from '../exporter.js';
import { type Uint8Quantization, uint8Quantization } from './uint8-quantization.js';

/** Least number that rounds to infinity in float16. */
const FLOAT16_LIMIT = 65520;

/** A weight as it lies in the shards, and its entry in the manifest. */
export interface Weight {
  readonly entry: {
    readonly name: string;
    readonly shape: readonly number[];
    readonly dtype: DType;
    readonly quantization?: Uint8Quantization | { readonly dtype: 'float16' };
  };
  readonly bytes: Uint8Array;
  /** Why it is in float32 although another form was asked for; absent: it has the form, or needs none. */
  readonly fallback?: 'no uint8 grid' | 'beyond float16';
}

/** Writes a weight in the form asked for, or in float32 where stock tfjs would read different values. */
export function writeWeight(tensor: StoredTensor, form: WeightForm): Weight {
  const { name, shape } = tensor;
  if (form === 'auto' && tensor.encoding === 'codes') {
    const quantization = uint8Quantization(tensor);
    return quantization === undefined
      ? { ...writeExpanded(tensor), fallback: 'no uint8 grid' }
      : { entry: { name, shape, dtype: 'float32', quantization }, bytes: tensor.codes };
  }
  return form === 'float16' ? writeFloat16(tensor) : writeExpanded(tensor);
}

function writeFloat16(tensor: StoredTensor): Weight {
  const { name, shape, values } = expandTensor(tensor);
  if (!(values instanceof Float32Array)) return writeExpanded(tensor);
  if (values.some((value) => Math.abs(value) >= FLOAT16_LIMIT)) {
    return { ...writeExpanded(tensor), fallback: 'beyond float16' };
  }
  const entry = { name, shape, dtype: 'float32', quantization: { dtype: 'float16' } } as const;
  return { entry, bytes: bytesOf(narrowFloat16(values)) };
}

function writeExpanded(tensor: StoredTensor): Weight {
  const { name, shape, dtype, values } = expandTensor(tensor);
  return { entry: { name, shape, dtype }, bytes: bytesOf(values) };
}
