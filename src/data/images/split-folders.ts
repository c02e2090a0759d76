import { join } from 'node:path';
import { QgtError } from '../../core/index.js';

const SPLIT_NAMES = ['train', 'training', 'test', 'testing', 'val', 'valid', 'validation', 'eval'];

/**
 * Checks that folders aren't the parts of a dataset, each with the classes in it.
 *
 * @throws QgtError `bad-data`, saying how to name the parts, if all of them are.
 */
export function checkNoSplitFolders(path: string, folders: readonly string[]): void {
  const splits = folders.filter((name) => SPLIT_NAMES.includes(name.toLowerCase()));
  if (splits.length < 2 || splits.length < folders.length) return;
  const train = splits.find((name) => /^train/i.test(name)) ?? splits[0]!;
  const other =
    splits.find((name) => /^(test|eval)/i.test(name) && name !== train) ??
    splits.find((name) => name !== train)!;
  throw new QgtError('bad-data', {
    where: path,
    what: 'its folders are parts of a dataset and no classes',
    got: splits.join(', '),
    remedy: `use --data ${join(path, train)} --eval ${join(path, other)}`,
  });
}
