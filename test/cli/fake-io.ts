import { Writable } from 'node:stream';
import type { Io, OutputStream } from '../../src/cli/index.js';

/** A stream that keeps what it gets, with the cursor of a terminal that spinners call for. */
function recorder(isTTY: boolean, columns: number): { stream: OutputStream; text: () => string } {
  const chunks: string[] = [];
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      chunks.push(String(chunk));
      done();
    },
  });
  const move = () => true;
  Object.assign(stream, { isTTY, columns, cursorTo: move, moveCursor: move, clearLine: move });
  return { stream, text: () => chunks.join('') };
}

/** What a fake terminal is like. */
export interface FakeTerminal {
  readonly outTTY?: boolean;
  readonly errTTY?: boolean;
  readonly columns?: number;
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  readonly signal?: AbortSignal;
}

/** An Io whose output can be read. */
export function fakeIo({
  outTTY = false,
  errTTY = false,
  columns = 80,
  env = {},
  cwd = '/nowhere',
  signal,
}: FakeTerminal = {}): { io: Io; out: () => string; err: () => string } {
  const stdout = recorder(outTTY, columns);
  const stderr = recorder(errTTY, columns);
  return {
    io: { stdout: stdout.stream, stderr: stderr.stream, env, cwd, signal },
    out: stdout.text,
    err: stderr.text,
  };
}
