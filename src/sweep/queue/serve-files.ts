import { open } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import type { z } from 'zod';
import { describeError } from '../../core/index.js';
import type { Trial } from '../trial.js';
import { type FileRequest, PIECE_BYTES, requestSchema, requestsKey } from './file-keys.js';
import type { QueueServer } from './server.js';
import { SweepInputs } from './trial-inputs.js';

/** How long one look for requests takes, in seconds. */
const WAIT_S = 5;
const AFTER_ERROR_MS = 1_000;
/** An answer that nobody takes for so long, in seconds, is of no use: it was asked for again. */
const ANSWER_S = 60;

/** Sweep whose models and data workers may ask for. */
export interface ServedSweep {
  /** Its name in the queue. */
  readonly sweep: string;
  readonly folder: string;
  readonly trials: readonly Trial[];
}

/**
 * Hands models and data over to workers that the folder is out of reach for, piece by piece, until the server is closed.
 * Nothing is handed over but files that a trial reads.
 */
export async function serveFiles(server: QueueServer, { sweep, folder, trials }: ServedSweep): Promise<void> {
  const [asked, answers] = [server.connect(), server.connect()];
  const inputs = new SweepInputs(folder);
  const answer = async (what: FileRequest): Promise<Buffer> => {
    if (what.kind === 'piece') return readPiece(inputs.pathOf(what.hash), what.index);
    const trial = trials.find(({ id }) => id === what.trial);
    if (trial === undefined) throw new Error(`no trial ${what.trial} in ${folder}`);
    return Buffer.from(JSON.stringify(await inputs.of(trial)));
  };
  for (;;) {
    const found = await asked.blpop(requestsKey(sweep), WAIT_S).catch(() => setTimeout(AFTER_ERROR_MS, null));
    if (asked.status === 'end') return;
    const request = found === null ? undefined : parsed(found[1]);
    if (request === undefined) continue;
    const [state, content] = await answer(request.what).then(
      (bytes) => [0, bytes] as const,
      (thrown) => [1, Buffer.from(describeError(thrown))] as const,
    );
    await answers
      .multi()
      .rpush(request.reply, Buffer.concat([Buffer.from(request.id), Buffer.of(state), content]))
      .expire(request.reply, ANSWER_S)
      .exec()
      .catch(() => null);
  }
}

async function readPiece(path: string | undefined, index: number): Promise<Buffer> {
  if (path === undefined) throw new Error('no trial of the sweep reads this file');
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(
      Buffer.alloc(PIECE_BYTES),
      0,
      PIECE_BYTES,
      index * PIECE_BYTES,
    );
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function parsed(text: string): z.output<typeof requestSchema> | undefined {
  try {
    return requestSchema.parse(JSON.parse(text));
  } catch {
    // Nothing that a worker has written.
    return undefined;
  }
}
