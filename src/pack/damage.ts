import { type ErrorParts, QgtError } from '../core/index.js';

/** The error for a file that is not as it was written. */
export function damaged(
  where: string,
  what: string,
  facts: Pick<ErrorParts, 'got' | 'expected' | 'cause'> = {},
) {
  return new QgtError('bad-qgt', { where, what, ...facts, remedy: 'get the file again' });
}

/** The error for a file that a later qgt wrote. */
export function tooNew(where: string, what: string, facts: Pick<ErrorParts, 'got' | 'expected'> = {}) {
  return new QgtError('newer-qgt', { where, what, ...facts, remedy: 'upgrade qgt' });
}
