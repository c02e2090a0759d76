import type { Dataset, File } from 'h5wasm';
import { type NamedTensor, QgtError, sizeOf } from '../../../core/index.js';

/** An HDF5 file, as far as Keras writes them. */
export interface Hdf5 {
  /** An attribute that is a text; undefined where there is none. */
  text(path: string, name: string): string | undefined;
  /** An attribute that is a list of texts, which Keras splits where it is long; undefined where there is none. */
  texts(path: string, name: string): readonly string[] | undefined;
  /** The weight at a path, under the name given; undefined where there is none. */
  tensor(path: string, name: string): NamedTensor | undefined;
}

const REMEDY = 'save the model again';

let files = 0;

/**
 * Opens an HDF5 file in the memory of the library, from where no other file can be reached, and closes it after use.
 *
 * @param where  The file, for messages.
 * @throws QgtError `bad-model` where it is no HDF5 file, or a damaged one.
 */
export async function withHdf5<Result>(
  bytes: Uint8Array,
  where: string,
  use: (file: Hdf5) => Result,
): Promise<Result> {
  const { File: Opened, ready } = await import('h5wasm');
  const library = await ready;
  // Else the library prints what is wrong.
  library.activate_throwing_error_handler();
  const name = `model-${files++}.h5`;
  library.FS.writeFile(name, bytes);
  let file: File | undefined;
  try {
    file = new Opened(name, 'r');
    return use(hdf5Of(file, bytes.length, where));
  } catch (cause) {
    if (cause instanceof QgtError) throw cause;
    throw new QgtError('bad-model', {
      where,
      what: 'not an HDF5 file, or a damaged one',
      remedy: REMEDY,
      cause,
    });
  } finally {
    file?.close();
    library.FS.unlink(name);
  }
}

function hdf5Of(file: File, bytes: number, where: string): Hdf5 {
  // A dataset may be listed more than once, and a file may leave out zeros.
  let left = bytes;
  const entityAt = (path: string) => {
    try {
      return file.get(path);
    } catch {
      // It is missing.
      return null;
    }
  };
  const attribute = (path: string, name: string): unknown => {
    const entity = entityAt(path);
    return entity !== null && 'attrs' in entity ? entity.attrs[name]?.value : undefined;
  };
  return {
    text: (path, name) => {
      const value = attribute(path, name);
      return typeof value === 'string' ? value : undefined;
    },
    texts: (path, name) => {
      const whole = attribute(path, name);
      const parts = whole === undefined || whole === null ? [] : [whole];
      if (parts.length === 0)
        for (
          let part = attribute(path, `${name}0`);
          part != null;
          part = attribute(path, `${name}${parts.length}`)
        )
          parts.push(part);
      return parts.length === 0
        ? undefined
        : parts.flatMap((part) => Array.from(part as Iterable<unknown>, String));
    },
    tensor: (path, name) => {
      const entity = entityAt(path);
      if (entity === null || !('filters' in entity)) return undefined;
      const tensor = tensorOf(entity, name, left, where);
      left -= tensor.values.length;
      return tensor;
    },
  };
}

/** @param most  Numbers that it may have: all weights together no more than the file has bytes. */
function tensorOf(dataset: Dataset, name: string, most: number, where: string): NamedTensor {
  const refuse = (what: string, got: string) =>
    new QgtError('bad-model', { where: `${where}: ${name}`, what, got, remedy: REMEDY });
  const shape = dataset.shape ?? [];
  // Keras compresses nothing; what does could be a small file of a huge weight.
  if (dataset.filters.length > 0) throw refuse('the weight is compressed', dataset.filters[0]!.name);
  if (sizeOf(shape) > most) throw refuse('the weights are larger than the file', `[${shape.join(', ')}]`);
  const found = dataset.value;
  // A weight without dimensions comes as a number.
  const value = typeof found === 'number' ? Float32Array.of(found) : found;
  if (value instanceof Float32Array) return { name, shape, dtype: 'float32', values: value };
  if (value instanceof Float64Array)
    return { name, shape, dtype: 'float32', values: Float32Array.from(value) };
  if (value instanceof Int32Array) return { name, shape, dtype: 'int32', values: value };
  if (value instanceof BigInt64Array)
    return { name, shape, dtype: 'int32', values: Int32Array.from(value, Number) };
  throw refuse(
    'the weight is of a type that is not read, which is float32, float64, int32 or int64',
    String(dataset.dtype),
  );
}
