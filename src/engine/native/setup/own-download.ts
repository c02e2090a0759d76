import type { CommandOptions, RunCommand } from './command.js';

/** Host of libtensorflow and the binding for tfjs-node's install script; the user can name a mirror. */
const HOST = 'https://storage.googleapis.com/';
const ANSWER_MS = 5000;
const DOWNLOAD_MS = 600_000;

/** Whether that host answers at all, within a few seconds: the script itself waits much longer. */
export async function hostAnswers(signal?: AbortSignal): Promise<boolean> {
  const { TFJS_NODE_CDN_STORAGE, CDN_STORAGE, TFJS_NODE_BASE_URI } = process.env;
  const host = TFJS_NODE_BASE_URI ?? TFJS_NODE_CDN_STORAGE ?? CDN_STORAGE ?? HOST;
  try {
    const limits = [AbortSignal.timeout(ANSWER_MS), ...(signal === undefined ? [] : [signal])];
    await fetch(host, { method: 'HEAD', signal: AbortSignal.any(limits) });
    return true;
  } catch {
    return false;
  }
}

/** Runs the install script that comes with tfjs-node; nobody publishes hashes of what it downloads. */
export async function downloadOwn(
  packageFolder: string,
  run: RunCommand,
  options: Omit<CommandOptions, 'cwd'>,
): Promise<void> {
  const limit = AbortSignal.timeout(DOWNLOAD_MS);
  const signal = options.signal === undefined ? limit : AbortSignal.any([options.signal, limit]);
  await run(process.execPath, ['scripts/install.js'], { ...options, signal, cwd: packageFolder });
}
