import { QgtError } from '../core/index.js';
import { describePath, pathKind } from '../files/index.js';
import type { DataReader, Dataset, ReadOptions } from './dataset.js';
import { type DataSource, dataName, memoryDataset } from './memory/index.js';
import { readers } from './readers/index.js';

/**
 * Reads the data at a path with the first reader that takes it, or data in memory.
 *
 * @throws QgtError `not-found` if nothing is there; `bad-data` if no reader takes it or its contents don't fit; `usage`
 *   if a label column is named that there can't be.
 */
export async function openDataset(data: DataSource, options: ReadOptions): Promise<Dataset> {
  const reader = typeof data === 'string' ? await readerOf(data) : undefined;
  if (options.labelColumn !== undefined && reader?.labelColumns === undefined) {
    throw new QgtError('usage', {
      where: dataName(data),
      what: `label column ${options.labelColumn} for data that is no table`,
      got: reader?.name,
      expected: 'csv',
      remedy: 'leave out --label-column',
    });
  }
  return typeof data === 'string' ? reader!.read(data, options) : memoryDataset(data, options);
}

/** The columns of a table that may be its label, likeliest first; empty for data of another kind. */
export async function labelColumnsOf(data: DataSource, options: ReadOptions): Promise<readonly string[]> {
  if (typeof data !== 'string') return [];
  const reader = await readerOf(data);
  return reader.labelColumns?.(data, options) ?? [];
}

/**
 * Checks that data at a path, or in memory, is in a format that is read, by names alone.
 *
 * @throws QgtError `not-found` if nothing is there; `bad-data` if no reader takes it, or a class has no images.
 */
export async function checkFormat(data: DataSource): Promise<void> {
  if (typeof data === 'string') await (await readerOf(data)).check?.(data);
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
