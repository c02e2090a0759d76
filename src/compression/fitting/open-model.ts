import type { OnProgress } from '../../core/index.js';
import type { DataSource } from '../../data/index.js';
import { divideLargeInputs, openSession, type Session, type SessionOptions } from '../../session/index.js';
import { withoutDeadChannels } from '../file/prune-dead-channels.js';

/** Opens a model as it is compressed: without its dead channels and, without data, for inputs that aren't too large. */
export async function openToCompress(
  options: SessionOptions & { readonly data?: DataSource | undefined },
  onProgress: OnProgress,
): Promise<Session> {
  const session = await openSession(options, onProgress, withoutDeadChannels);
  return divideLargeInputs(session, options.data, onProgress);
}
