import { join } from 'node:path';
import { QgtError } from '../../core/index.js';
import type { Dataset, ReadOptions } from '../dataset.js';
import { buildDataset } from '../dataset-builder.js';
import type { RowStore } from '../rows/index.js';
import { folderClasses } from './folder-classes.js';
import { imageFiles } from './image-files.js';
import { imageRows } from './image-rows.js';

/**
 * Reads a folder of JPEG, PNG and WebP images: in a sub-folder per class, or alone, which gives no labels.
 *
 * Classes are the sub-folders' names, in an order that `classOrder` tells.
 */
export function imageDataset(path: string, options: ReadOptions): Promise<Dataset> {
  return buildDataset(path, options, (store) => readImages(path, options, store));
}

async function readImages(
  path: string,
  options: ReadOptions,
  store: RowStore,
): Promise<Omit<Dataset, 'source' | 'close'>> {
  const found = await imageFiles(path, options.onProgress);
  if (found.kind === 'images') {
    const { rows, skipped } = await imageRows(path, found.files, options, store);
    return { count: rows.count, inputs: [rows], labels: { kind: 'none' }, skipped };
  }
  const { names, from } = folderClasses(path, [...found.folders.keys()], options);
  const labelled = names.flatMap((name, label) =>
    (found.folders.get(name) ?? []).map((file) => ({ file, label })),
  );
  const files = labelled.map(({ file }) => file);
  const { rows, read, skipped } = await imageRows(path, files, options, store);
  const labels = Int32Array.from(read, (index) => labelled[index]!.label);
  for (const name of found.folders.keys()) checkNotEmpty(path, name, labels.includes(names.indexOf(name)));
  const classes = store.writer([], 'int32');
  classes.append(labels);
  return {
    count: rows.count,
    inputs: [rows],
    labels: { kind: 'classes', rows: classes.finish(), names, orderFrom: from },
    skipped,
  };
}

function checkNotEmpty(path: string, name: string, hasSome: boolean): void {
  if (hasSome) return;
  throw new QgtError('bad-data', {
    where: join(path, name),
    what: 'none of the images of this class can be read',
    remedy: 'mend or replace them',
  });
}
