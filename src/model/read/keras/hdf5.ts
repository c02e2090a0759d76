import type { File } from 'h5wasm';
import { loadOptional, type OptionalLibraries, QgtError } from '../../../core/index.js';
import { type Library, type StoredWeight, tensorOf } from './dataset.js';

/** An HDF5 file, as far as Keras writes them. */
export interface Hdf5 {
  /** An attribute that is a text; undefined where there is none. */
  text(path: string, name: string): string | undefined;
  /** An attribute that is a list of texts, which Keras splits where it is long; undefined where there is none. */
  texts(path: string, name: string): readonly string[] | undefined;
  /** The weight at a path, under the name given; undefined where there is none. */
  tensor(path: string, name: string): StoredWeight | undefined;
  /** Bytes of all numbers below a path, which are not read; 0 where there is none. */
  bytesBelow(path: string): number;
}

const LIBRARIES: OptionalLibraries = { packages: ['h5wasm'], where: 'files of Keras' };
const REMEDY = 'save the model again';

let files = 0;

/**
 * Opens an HDF5 file in the memory of the library, from where no other file can be reached, and closes it after use.
 *
 * @param where  The file, for messages.
 * @throws QgtError `bad-model` where it is no HDF5 file, or a damaged one, `not-installed` without h5wasm.
 */
export async function withHdf5<Result>(
  bytes: Uint8Array,
  where: string,
  use: (file: Hdf5) => Result,
): Promise<Result> {
  const { File: Opened, ready } = await loadOptional(LIBRARIES, () => import('h5wasm'));
  const library = await ready;
  // Else the library prints what is wrong.
  library.activate_throwing_error_handler();
  const name = `model-${files++}.h5`;
  library.FS.writeFile(name, bytes);
  let file: File | undefined;
  try {
    file = new Opened(name, 'r');
    return use(hdf5Of(file, library, { left: bytes.length, where }));
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

/** Groups in groups, as deep as Keras has them: a link may lead back. */
const MAX_DEPTH = 8;

function bytesOf(entity: ReturnType<File['get']>, depth = 0): number {
  if (entity === null || depth > MAX_DEPTH) return 0;
  if ('filters' in entity) return entity.metadata.size * entity.metadata.total_size;
  if (!('keys' in entity)) return 0;
  return entity.keys().reduce((sum, key) => sum + bytesOf(entity.get(key), depth + 1), 0);
}

/** @param room  Numbers that all weights together may have: a dataset may be listed more than once, and leave out zeros. */
function hdf5Of(file: File, library: Library, room: { left: number; readonly where: string }): Hdf5 {
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
      const tensor = tensorOf(entity, library, { name, most: room.left, where: room.where });
      room.left -= tensor.values.length;
      return tensor;
    },
    bytesBelow: (path) => bytesOf(entityAt(path)),
  };
}
