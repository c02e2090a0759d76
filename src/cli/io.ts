/** A stream that text goes to, and what is known of the terminal behind it. */
export interface OutputStream extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** What the commands touch of the process, so that a test can stand in for it. */
export interface Io {
  /** Takes data, and nothing else. */
  readonly stdout: OutputStream;
  /** Takes progress, notes and errors. */
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Aborted by Ctrl-C. */
  readonly signal?: AbortSignal | undefined;
}

/** Off a terminal there is no width to keep to; this is what a log or a pull request shows well. */
const COLUMNS_OFF_TERMINAL = 120;

/** Columns that text on this stream may take; a terminal that was given no size says 0. */
export function columnsOf(stream: OutputStream): number {
  return stream.isTTY ? stream.columns || 80 : COLUMNS_OFF_TERMINAL;
}
