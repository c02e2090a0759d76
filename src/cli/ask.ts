import { QgtError } from '../core/index.js';
import type { Ask } from './pipeline.js';

/** A way to ask on these streams; undefined unless both are a terminal. Questions are messages: they go to stderr. */
export function askOf(
  input: NodeJS.ReadStream,
  output: NodeJS.WriteStream,
  signal: AbortSignal,
): Ask | undefined {
  if (!input.isTTY || !output.isTTY || process.env.CI) return undefined;
  return async (question) => {
    const { createInterface } = await import('node:readline/promises');
    const terminal = createInterface({ input, output });
    try {
      const ended = new Promise<never>((_, reject) => {
        terminal.once('SIGINT', () => reject(stopped()));
        terminal.once('close', () => reject(stopped()));
      });
      return (await Promise.race([terminal.question(`${question} `, { signal }), ended])).trim();
    } finally {
      terminal.close();
    }
  };
}

const stopped = () => new QgtError('aborted', { where: 'qgt', what: 'stopped before all was answered' });
