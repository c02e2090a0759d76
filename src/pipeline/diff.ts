import { type RunControls, silent, throwIfAborted } from '../core/index.js';
import { compareRuns } from '../report/index.js';
import type { DiffOptions } from './options/commands.js';
import { parseOptions } from './parse-options.js';
import type { DiffResult } from './results.js';
import { readRun } from './run-facts.js';

/**
 * Compares two runs: totals, and each layer that changed.
 *
 * @throws QgtError where a run cannot be read.
 */
export async function diff(
  options: DiffOptions,
  { onProgress = silent, signal }: RunControls = {},
): Promise<DiffResult> {
  const { before, after, maxUnpackedBytes } = parseOptions('diff', options);
  const read = (path: string) => {
    onProgress({ kind: 'stage', text: `reading ${path}` });
    throwIfAborted(signal);
    return readRun(path, maxUnpackedBytes);
  };
  return compareRuns(await read(before), await read(after));
}
