import { QgtError } from '../../core/index.js';
import { checkClassNames } from '../class-labels.js';
import { type ClassOrder, classOrder } from '../class-order.js';
import type { ReadOptions } from '../dataset.js';

/**
 * The classes that folders stand for, in the order of the model's outputs.
 *
 * @throws QgtError `bad-data` if they aren't as many as the model tells apart, or a folder is none of those named.
 */
export function folderClasses(path: string, folders: readonly string[], options: ReadOptions): ClassOrder {
  const order = classOrder(folders, options);
  const { names } = order;
  checkClassNames(
    path,
    names,
    options,
    options.classes === undefined ? 'name all classes with --classes, or give a folder per class' : undefined,
  );
  const unknown = folders.filter((folder) => !names.includes(folder));
  if (unknown.length === 0) return order;
  throw new QgtError('bad-data', {
    where: path,
    what: 'folders that are no class',
    got: unknown.slice(0, 8).join(', '),
    expected: names.join(', '),
    remedy: 'name the folders as in --classes',
  });
}
