import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/**
 * What a program prints; its stderr is ours, so that its progress is seen.
 *
 * @throws Error if it fails.
 */
export async function outputOf(command: string, args: readonly string[], folder: string): Promise<string> {
  const child = spawn(command, args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((done, failed) => {
    child.once('error', failed);
    child.once('close', done);
  });
  const [printed, code] = await Promise.all([text(child.stdout), ended]);
  if (code !== 0) throw new Error(`${[command, ...args].join(' ')} ended with ${code}`);
  return printed;
}
