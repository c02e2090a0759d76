import { homedir } from 'node:os';
import { join } from 'node:path';

/** The version of tfjs-node that the engine is made of. */
export const TFJS_NODE_VERSION = '4.22.0';

/** Settings that decide where the native engine of qgt's own lives. */
export interface EngineFolderSettings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  readonly arch: string;
}

const thisMachine: EngineFolderSettings = process;

/**
 * The folder of the native engine that `qgt setup` makes, whether it is there or not.
 *
 * `prefix`, else QGT_NATIVE_PREFIX, else qgt's folder in the user's cache.
 */
export function engineFolder(
  prefix?: string,
  { env, platform, arch }: EngineFolderSettings = thisMachine,
): string {
  const base = prefix ?? (env.QGT_NATIVE_PREFIX || cacheFolder({ env, platform }));
  return join(base, `tfjs-node-${TFJS_NODE_VERSION}-${platform}-${arch}`);
}

/**
 * The folder of qgt in the user's cache.
 *
 * @see XDG Base Directory Specification: a relative XDG_CACHE_HOME counts for nothing.
 */
export function cacheFolder({
  env,
  platform,
}: Pick<EngineFolderSettings, 'env' | 'platform'> = thisMachine): string {
  const xdg = env.XDG_CACHE_HOME;
  if (xdg?.startsWith('/')) return join(xdg, 'qgt');
  if (platform === 'win32' && env.LOCALAPPDATA) return join(env.LOCALAPPDATA, 'qgt');
  return join(homedir(), '.cache', 'qgt');
}
