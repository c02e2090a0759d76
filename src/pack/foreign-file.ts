import { QgtError } from '../core/index.js';

/**
 * The error for a file that is something else.
 *
 * It shows how the file begins, which tells more kinds than a table of them here could: `<!DOCTYPE html>`,
 * `{"modelTopology"`, `PK..`, `.HDF`, `....TFL3`, `version https://git-lfs`.
 */
export function foreignFile(bytes: Uint8Array, where: string): QgtError {
  const start = String.fromCharCode(...bytes.subarray(0, 24)).replace(/[^ -~]/g, '.');
  return new QgtError('bad-qgt', {
    where,
    what: 'not a .qgt file',
    got: start ? `the beginning ${start}` : 'an empty file',
    remedy: 'check the path; qgt compress makes one',
  });
}
