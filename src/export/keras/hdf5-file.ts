import type { Group } from 'h5wasm';
import {
  type DType,
  loadOptional,
  type NamedTensor,
  type OptionalLibraries,
  QgtError,
} from '../../core/index.js';

/** HDF5's types for the numbers that a weight may have. */
const TYPES: Readonly<Partial<Record<DType, string>>> = { float32: '<f', int32: '<i' };

const LIBRARIES: OptionalLibraries = { packages: ['h5wasm'], where: 'export to Keras' };

let files = 0;

/**
 * Writes an HDF5 file with a dataset for each tensor, whose name is its path.
 *
 * @throws QgtError `unsupported-layer` for tensors that hold no numbers, `not-installed` without h5wasm.
 */
export async function writeHdf5(tensors: readonly NamedTensor[]): Promise<Uint8Array> {
  const { File, ready } = await loadOptional(LIBRARIES, () => import('h5wasm'));
  const { FS } = await ready;
  const name = `export-${files++}.h5`;
  return withoutTime(() => {
    const file = new File(name, 'w');
    try {
      const groups = new Map<string, Group>([['', file]]);
      for (const tensor of tensors) addDataset(groups, tensor);
    } finally {
      file.close();
    }
    const bytes = FS.readFile(name);
    FS.unlink(name);
    return bytes;
  });
}

function addDataset(groups: Map<string, Group>, { name: path, shape, dtype, values }: NamedTensor): void {
  const type = TYPES[dtype];
  if (type === undefined)
    throw new QgtError('unsupported-layer', { where: path, what: 'Keras keeps no such weights', got: dtype });
  const cut = path.lastIndexOf('/');
  groupAt(groups, path.slice(0, cut)).create_dataset({
    name: path.slice(cut + 1),
    data: values,
    shape: [...shape],
    dtype: type,
  });
}

/** The group at a path, which is made where it is not there yet, as are those above it. */
function groupAt(groups: Map<string, Group>, path: string): Group {
  const known = groups.get(path);
  if (known !== undefined) return known;
  const cut = path.lastIndexOf('/');
  const made = groupAt(groups, path.slice(0, Math.max(0, cut))).create_group(path.slice(cut + 1));
  groups.set(path, made);
  return made;
}

/**
 * Runs something at once while the clock stands at 0: HDF5 keeps when a group was made and takes no other time, and the
 * same model has to give the same bytes.
 */
function withoutTime<Result>(make: () => Result): Result {
  const { now } = Date;
  Date.now = () => 0;
  try {
    return make();
  } finally {
    Date.now = now;
  }
}
