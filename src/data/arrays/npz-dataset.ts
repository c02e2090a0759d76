import { basename, dirname, join } from 'node:path';
import { QgtError } from '../../core/index.js';
import { firstFile } from '../../files/index.js';
import type { Dataset, ReadOptions } from '../dataset.js';
import { arrayDataset } from './array-dataset.js';
import { findArrays, findLabels, labelFileNames } from './array-names.js';
import type { ArraySource } from './array-source.js';
import type { ByteSource } from './byte-source.js';
import { npyArray } from './npy.js';
import { zipMembers } from './zip.js';

/**
 * Reads an .npz file as numpy.savez and savez_compressed write it.
 *
 * The arrays are found by name (see `findArrays`). A file without labels, such as `x_train.npz`, gets those of
 * `y_train.npz` beside it.
 *
 * @param source  The path that was given, for messages.
 * @param part    Which part to take where the file has several: `train`, `test`, ...
 */
export async function npzDataset(
  source: string,
  { file, part }: { readonly file: string; readonly part?: string | undefined },
  options: ReadOptions,
): Promise<Dataset> {
  const arrays = await arraysIn(file);
  const names = findArrays(file, [...arrays.keys()], options, part);
  const labels = names.labels.map((name) => arrays.get(name)!);
  return arrayDataset(
    source,
    {
      inputs: await Promise.all(names.inputs.map((name) => npyArray(arrays.get(name)!))),
      labels: labels.length > 0 ? await Promise.all(labels.map(npyArray)) : await labelsBeside(file),
    },
    options,
  );
}

async function arraysIn(file: string): Promise<Map<string, ByteSource>> {
  const arrays = new Map<string, ByteSource>();
  for (const [name, bytes] of await zipMembers(file)) {
    if (!name.endsWith('.npy')) continue;
    if (name === '.npy') throw namelessArray(file);
    arrays.set(name.slice(0, -'.npy'.length), bytes);
  }
  return arrays;
}

function namelessArray(file: string): QgtError {
  return new QgtError('bad-data', {
    where: file,
    what: 'an array without a name',
    remedy: 'save it with numpy.savez(file, x=..., y=...)',
  });
}

async function labelsBeside(file: string): Promise<ArraySource[]> {
  const path = await firstFile(labelFileNames(basename(file)).map((name) => join(dirname(file), name)));
  if (path === undefined) return [];
  const arrays = await arraysIn(path);
  return [await npyArray(arrays.get(findLabels(path, [...arrays.keys()]))!)];
}
