import type { Dataset, ready } from 'h5wasm';
import { type NamedTensor, QgtError, sizeOf, widenFloat16 } from '../../../core/index.js';

/** A weight with the bytes that it takes in its file. */
export interface StoredWeight extends NamedTensor {
  readonly storedBytes: number;
}

/** The library with which the file was opened. */
export type Library = Awaited<typeof ready>;

const REMEDY = 'save the model again';
const SAVE_AS_FLOAT32 =
  "make the model anew under keras.config.set_dtype_policy('float32'), take over the weights, and save that";
const INT32 = { least: -(2 ** 31), most: 2 ** 31 - 1 };

/**
 * Reads a weight; half precision and float64 become float32, and whole numbers int32.
 *
 * @param most  Numbers that it may have: all weights together no more than the file has bytes.
 * @throws QgtError `bad-model` naming the weight, for all that Keras doesn't write and whole numbers beyond int32.
 */
export function tensorOf(
  dataset: Dataset,
  library: Library,
  { name, most, where }: { readonly name: string; readonly most: number; readonly where: string },
): StoredWeight {
  const refuse = (what: string, got: string, remedy = REMEDY) =>
    new QgtError('bad-model', { where: `${where}: ${name}`, what, got, remedy });
  const shape = dataset.shape ?? [];
  // Keras compresses nothing; what does could be a small file of a huge weight.
  if (dataset.filters.length > 0) throw refuse('the weight is compressed', dataset.filters[0]!.name);
  if (sizeOf(shape) > most) throw refuse('the weights are larger than the file', `[${shape.join(', ')}]`);
  const { type, littleEndian, size } = dataset.metadata;
  const stored = { name, shape, storedBytes: size * sizeOf(shape) };
  const floats = floatsOf(dataset, library);
  if (floats !== undefined) return { ...stored, dtype: 'float32', values: floats };
  if (type !== library.H5T_class_t.H5T_INTEGER.value || !littleEndian) {
    const got = typeof dataset.dtype === 'string' ? dataset.dtype : 'a compound or other type';
    throw refuse('the weight is of a type that is not read', got, SAVE_AS_FLOAT32);
  }
  const integers = integersOf(dataset);
  const beyond = integers.find((value) => value < INT32.least || value > INT32.most);
  if (beyond !== undefined)
    throw refuse('the weight has whole numbers beyond int32, the largest that tfjs has', String(beyond));
  return { ...stored, dtype: 'int32', values: Int32Array.from(integers, Number) };
}

function floatsOf(dataset: Dataset, library: Library): Float32Array | undefined {
  const { H5T_FLOAT: float, H5T_OPAQUE: opaque } = library.H5T_class_t;
  const { type, size, littleEndian } = dataset.metadata;
  // h5py keeps bfloat16, the upper half of a float32, as two bytes of no type.
  if (size === 2 && type === opaque.value) {
    const words = Uint32Array.from(halvesOf(dataset, library), (half) => half << 16);
    return new Float32Array(words.buffer);
  }
  if (type !== float.value || !littleEndian) return undefined;
  if (size === 2) return widenFloat16(halvesOf(dataset, library));
  const { value } = dataset;
  if (value instanceof Float32Array) return value;
  if (value instanceof Float64Array) return Float32Array.from(value);
  // A weight without dimensions comes as a number.
  return typeof value === 'number' ? Float32Array.of(value) : undefined;
}

function integersOf({ value }: Dataset): readonly (number | bigint)[] {
  return typeof value === 'number' || typeof value === 'bigint'
    ? [value]
    : Array.from(value as Iterable<number | bigint>);
}

/** The two bytes of each value, which the library has no numbers for. */
function halvesOf({ metadata, file_id: file, path }: Dataset, library: Library): Uint16Array {
  const bytes = 2 * metadata.total_size;
  const start = library._malloc(bytes);
  try {
    library.get_dataset_data(file, path, null, null, null, BigInt(start));
    return new Uint16Array(library.HEAPU8.slice(start, start + bytes).buffer);
  } finally {
    library._free(start);
  }
}
