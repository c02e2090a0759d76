import type { OnOutput } from '../core/index.js';
import type { Ask } from './pipeline.js';

/** An output stream for text, and the size of its terminal. */
export interface OutputStream extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** The parts of the process that commands use, so that a test can replace them. */
export interface Io {
  /** Takes data, and nothing else. */
  readonly stdout: OutputStream;
  /** Takes progress, notes and errors. */
  readonly stderr: OutputStream;
  /** Takes the lines that CI systems obey; stderr unless given. */
  readonly ci?: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Aborted by Ctrl-C, SIGTERM or SIGHUP; the reason is the signal's name. */
  readonly signal?: AbortSignal | undefined;
  /** Absent where nobody is there to answer. */
  readonly ask?: Ask | undefined;
  /** Hears of the output folder of a run. */
  readonly onOutput?: OnOutput | undefined;
}

/** Columns of output that goes to no terminal: a width that suits logs and pull requests. */
const COLUMNS_OFF_TERMINAL = 120;

/** Returns the columns for text on this stream; a terminal without a known size reports 0. */
export function columnsOf(stream: OutputStream): number {
  return stream.isTTY ? stream.columns || 80 : COLUMNS_OFF_TERMINAL;
}
