import { resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describeError, QgtError, throwIfAborted } from '../../core/index.js';
import type { TrialControls } from '../run-trial.js';
import { possibleRuns } from '../rungs.js';
import type { SweepState } from '../sweep-state.js';
import { ownQueueId } from './queue-id.js';
import { QUEUE } from './queued-trial.js';
import { serveFiles } from './serve-files.js';
import { openServer, type QueueServer } from './server.js';
import { TrialFeed } from './trial-feed.js';

const POLL_MS = 1_000;
/** A look at one trial takes the server less than this. */
const POLL_MS_PER_TRIAL = 1;
const WITHDRAW_MS = 3_000;

/** How trials are handed over. */
export interface QueuePlan {
  readonly url: string;
  /** Whether trials are run again that have failed. */
  readonly retry: boolean;
}

/**
 * Has the open trials of a sweep run by the workers of a queue. What the folder has no result of is put into the queue,
 * however often the server loses it; what is done is taken out, so that each trial counts once.
 *
 * @throws QgtError `queue` where the server isn't there; `aborted`, with the trials taken back that no worker has begun.
 */
export async function sweepOverQueue(
  state: SweepState,
  { url, retry }: QueuePlan,
  controls: TrialControls,
): Promise<void> {
  const server = await openServer(url, controls.onProgress);
  try {
    const feed = await openFeed(server, state, retry, controls);
    try {
      await feedUntilDone(feed, controls);
      await feed.clear();
    } finally {
      await feed.close();
      await Promise.race([feed.withdraw().catch(() => {}), setTimeout(WITHDRAW_MS, null, { ref: false })]);
    }
  } catch (thrown) {
    if (thrown instanceof QgtError) throw thrown;
    throw new QgtError('queue', { where: server.address, what: describeError(thrown), cause: thrown });
  } finally {
    server.close();
  }
}

async function openFeed(
  server: QueueServer,
  state: SweepState,
  retry: boolean,
  { onProgress }: TrialControls,
): Promise<TrialFeed> {
  const { folder, plan } = state;
  const sweep = await ownQueueId(folder);
  const queue = new server.libraries.bullmq.Queue(QUEUE, { connection: server.connect() });
  // The server's own connection tells of what befalls all of them.
  queue.on('error', () => {});
  void serveFiles(server, { sweep, folder: resolve(folder), trials: possibleRuns(plan) });
  onProgress({
    kind: 'note',
    text: `${server.address} hands trials to workers: qgt worker ${server.address}`,
  });
  return new TrialFeed({ state, queue, connection: server.connect(), sweep, retry }, onProgress);
}

/** Looks after the trials from time to time; a server that is away holds up no abort. */
async function feedUntilDone(feed: TrialFeed, { signal }: TrialControls): Promise<void> {
  const aborted = new Promise<null>((done) =>
    signal?.addEventListener('abort', () => done(null), { once: true }),
  );
  for (;;) {
    throwIfAborted(signal);
    const left = await Promise.race([feed.look(), aborted]);
    if (left === 0) return;
    await Promise.race([
      setTimeout(POLL_MS + POLL_MS_PER_TRIAL * (left ?? 0), null, { ref: false }),
      aborted,
    ]);
  }
}
