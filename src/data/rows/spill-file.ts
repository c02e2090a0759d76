import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeError, QgtError } from '../../core/index.js';

/** A temporary file without a name: whatever ends the process, nothing of it stays. */
export interface SpillFile {
  readonly fd: number;
  append(bytes: Uint8Array): void;
  close(): void;
}

/**
 * Opens a temporary file and takes its name away at once, so that it goes when it is closed or the process ends.
 *
 * @param directory  Where the file's space is taken; the system's temporary folder unless told otherwise.
 * @throws QgtError `output` if it can't be made, or can't be written later.
 */
export function openSpillFile(directory: string = tmpdir()): SpillFile {
  const fd = attempt(directory, () => {
    const folder = mkdtempSync(join(directory, 'qgt-rows-'));
    try {
      return openSync(join(folder, 'rows'), 'w+', 0o600);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
  return {
    fd,
    append: (bytes) =>
      attempt(directory, () => {
        for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
      }),
    close: () => closeSync(fd),
  };
}

function attempt<T>(directory: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new QgtError('output', {
      where: directory,
      what: `the data is larger than the memory set aside for it and can't be put in a temporary file (${describeError(cause)})`,
      remedy: 'set TMPDIR to a folder with more space',
      cause,
    });
  }
}
