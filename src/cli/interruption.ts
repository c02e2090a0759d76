/** Signals that ask a process to end, and the exit codes of one that did: 128 and the signal's number. */
export const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** A signal that asks a process to end. */
export type EndSignal = keyof typeof EXIT_CODES;

export const END_SIGNALS = Object.keys(EXIT_CODES) as readonly EndSignal[];

/** Says on stderr that the end was asked for, and how to have it at once. */
export function tellStopping(signal: EndSignal): void {
  const again = signal === 'SIGINT' ? 'press Ctrl-C again' : 'send the signal again';
  // The progress that stands on the line of a terminal has no end.
  const lineEnd = process.stderr.isTTY ? '\n' : '';
  process.stderr.write(`${lineEnd}stopping; ${again} to end at once\n`);
}

/** The exit code for an abort signal that a signal of the system has aborted. */
export function exitCodeOf({ reason }: AbortSignal): number {
  return EXIT_CODES[reason as EndSignal] ?? EXIT_CODES.SIGINT;
}
