import { QgtError } from '../core/index.js';
import type { Dataset, ReadOptions } from './dataset.js';
import { pathKind } from './path-kind.js';
import { readers } from './readers/index.js';

/**
 * Reads the data at a path with the first reader that takes it.
 *
 * @throws QgtError `not-found` if nothing is there; `bad-data` if no reader takes it or its contents don't fit.
 */
export async function openDataset(path: string, options: ReadOptions): Promise<Dataset> {
  for (const reader of readers) {
    if (await reader.accepts(path)) return reader.read(path, options);
  }
  if ((await pathKind(path)) === 'nothing') {
    throw new QgtError('not-found', {
      where: path,
      what: 'no such file or folder',
      remedy: 'check the path',
    });
  }
  const remedy = `give ${readers.map(({ describe }) => describe).join('; or ')}`;
  throw new QgtError('bad-data', { where: path, what: 'not a known format of data', remedy });
}
