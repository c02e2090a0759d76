import { describeError, QgtError, wrapErrors } from '../core/index.js';

/** Runs `write`, and turns its errors into a QgtError `output` about `where`. */
export const writing = <Result>(where: string, write: () => Promise<Result>): Promise<Result> =>
  wrapErrors(write, (cause) => {
    if (cause instanceof QgtError) return cause;
    const isFull = (cause as NodeJS.ErrnoException).code === 'ENOSPC';
    return new QgtError('output', {
      where,
      what: isFull ? 'the disk is full' : describeError(cause),
      remedy: isFull ? 'free some space, or write elsewhere with -o' : 'choose another folder with -o',
      cause,
    });
  });
