import { QgtError } from '../core/index.js';
import { describePath, pathKind } from '../files/index.js';
import type { DataReader, Dataset, ReadOptions } from './dataset.js';
import { readers } from './readers/index.js';

/**
 * Reads the data at a path with the first reader that takes it.
 *
 * @throws QgtError `not-found` if nothing is there; `bad-data` if no reader takes it or its contents don't fit; `usage`
 *   if a label column is named that there can't be.
 */
export async function openDataset(path: string, options: ReadOptions): Promise<Dataset> {
  const reader = await readerOf(path);
  if (options.labelColumn !== undefined && reader.labelColumns === undefined) {
    throw new QgtError('usage', {
      where: path,
      what: `label column ${options.labelColumn} for data that is no table`,
      got: reader.name,
      expected: 'csv',
      remedy: 'leave out --label-column',
    });
  }
  return reader.read(path, options);
}

/** The columns of a table that may be its label, likeliest first; empty for data of another kind. */
export async function labelColumnsOf(path: string, options: ReadOptions): Promise<readonly string[]> {
  const reader = await readerOf(path);
  return reader.labelColumns?.(path, options) ?? [];
}

async function readerOf(path: string): Promise<DataReader> {
  for (const reader of readers) if (await reader.accepts(path)) return reader;
  const kind = await pathKind(path);
  const got = kind === 'nothing' || kind === 'other' ? await describePath(path) : undefined;
  if (kind === 'nothing') {
    throw new QgtError('not-found', {
      where: path,
      what: 'no such file or folder',
      got,
      remedy: 'check the path',
    });
  }
  const remedy = `give ${readers.map(({ describe }) => describe).join('; or ')}`;
  throw new QgtError('bad-data', { where: path, what: 'not a known format of data', got, remedy });
}
