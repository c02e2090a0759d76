/** Kind of an error; stable, so that callers can branch on it. */
export type ErrorCode =
  | 'usage'
  | 'not-found'
  | 'bad-model'
  | 'unsupported-layer'
  | 'non-finite'
  | 'nothing-to-quantize'
  | 'bad-data'
  | 'bad-module'
  | 'bad-report'
  | 'bad-qgt'
  | 'newer-qgt'
  | 'too-large'
  | 'output'
  | 'engine'
  | 'not-installed'
  | 'queue'
  | 'diverged'
  | 'aborted';

/** The parts of a message: `where: what, got X, expected Y; remedy`. */
export interface ErrorParts {
  readonly where: string;
  readonly what: string;
  readonly got?: string | number | undefined;
  readonly expected?: string | number | undefined;
  readonly remedy?: string | undefined;
  readonly cause?: unknown;
}

/** An error that the user can act on: it says where, what, got, expected and the remedy. */
export class QgtError extends Error {
  readonly code: ErrorCode;
  readonly where: string;

  constructor(code: ErrorCode, parts: ErrorParts) {
    super(messageOf(parts), { cause: parts.cause });
    this.name = 'QgtError';
    this.code = code;
    this.where = parts.where;
  }
}

function messageOf({ where, what, got, expected, remedy }: ErrorParts): string {
  return `${where}: ${what}${partOf(', got ', got)}${partOf(', expected ', expected)}${partOf('; ', remedy)}`;
}

function partOf(before: string, fact: string | number | undefined): string {
  return fact === undefined ? '' : before + fact;
}

/** The message of anything that was thrown. */
export function describeError(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Throws the error that every stage ends with once its signal was aborted. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new QgtError('aborted', { where: 'qgt', what: 'stopped before it was done' });
}

/**
 * Runs `work` and replaces an error that it throws by the one that `toError` returns.
 *
 * @param toError  Gets the original error, to use as the `cause`.
 */
export async function wrapErrors<Result>(
  work: () => Promise<Result>,
  toError: (cause: unknown) => QgtError,
): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    throw toError(cause);
  }
}
