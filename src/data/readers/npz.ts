import { basename, dirname, join } from 'node:path';
import { type ArraySource, arrayDataset, type ByteSource, npyArray, zipMembers } from '../arrays/index.js';
import type { DataReader } from '../dataset.js';
import { findArrays, findLabels, labelFileNames } from './array-names.js';
import { firstFile, pathKind } from './path-kind.js';

/**
 * Reads .npz files as numpy.savez and savez_compressed write them.
 *
 * The arrays are found by name (see `findArrays`). A file with several parts, such as Keras' mnist.npz, is named with
 * the part: `mnist.npz#train`. A file without labels, such as `x_train.npz`, gets those of `y_train.npz` beside it.
 */
export const npz: DataReader = {
  name: 'npz',
  describe:
    'an .npz file with arrays x and y (FILE.npz#train takes x_train and y_train), or x.npz beside y.npz',
  async accepts(path) {
    return /\.npz$/i.test(splitPath(path).file) && (await pathKind(splitPath(path).file)) === 'file';
  },
  async read(path, options) {
    const { file, part } = splitPath(path);
    const arrays = await arraysIn(file);
    const names = findArrays(file, [...arrays.keys()], options, part);
    const labels = names.labels.map((name) => arrays.get(name)!);
    return arrayDataset(
      path,
      {
        inputs: await Promise.all(names.inputs.map((name) => npyArray(arrays.get(name)!))),
        labels: labels.length > 0 ? await Promise.all(labels.map(npyArray)) : await labelsBeside(file),
      },
      options,
    );
  },
};

function splitPath(path: string): { file: string; part: string | undefined } {
  const [, file = path, part] = /^(.*\.npz)#([a-z]+)$/i.exec(path) ?? [];
  return { file, part };
}

async function arraysIn(file: string): Promise<Map<string, ByteSource>> {
  const arrays = new Map<string, ByteSource>();
  for (const [name, bytes] of await zipMembers(file)) {
    if (name.endsWith('.npy')) arrays.set(name.slice(0, -'.npy'.length), bytes);
  }
  return arrays;
}

async function labelsBeside(file: string): Promise<ArraySource[]> {
  const path = await firstFile(labelFileNames(basename(file)).map((name) => join(dirname(file), name)));
  if (path === undefined) return [];
  const arrays = await arraysIn(path);
  return [await npyArray(arrays.get(findLabels(path, [...arrays.keys()]))!)];
}
