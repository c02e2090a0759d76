import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { QgtError, throwIfAborted } from '../../core/index.js';
import { type FileRequest, ID_BYTES, requestsKey } from './file-keys.js';
import type { QueueServer } from './server.js';

/** How long one look for answers takes, in seconds. */
const WAIT_S = 5;
const AFTER_ERROR_MS = 1_000;
/** A request is asked again after so long: a server that is started again may have lost it. */
const ASK_AGAIN_MS = 10_000;
const MAX_ASKED = 6;

/** Nobody answers: the process that has the sweep's folder is not there. */
export class NoAnswer extends Error {}

/** Takes an answer to a request. */
type Take = (answer: Buffer) => void;

/** Requests of a worker to the processes that have the folders of sweeps. */
export class FileRequests {
  readonly #asking: Redis;
  readonly #answers: Redis;
  readonly #reply = `qgt:${randomUUID()}:reply`;
  readonly #open = new Map<string, Take>();

  constructor(server: QueueServer) {
    this.#asking = server.connect();
    this.#answers = server.connect();
    void this.#listen();
  }

  /** @throws NoAnswer; QgtError `queue` where it is refused. */
  async ask(sweep: string, what: FileRequest, signal?: AbortSignal): Promise<Buffer> {
    const id = randomUUID();
    const answered = new Promise<Buffer>((resolve) => this.#open.set(id, resolve));
    try {
      for (let asked = 0; asked < MAX_ASKED; asked++) {
        await this.#asking.rpush(requestsKey(sweep), JSON.stringify({ id, reply: this.#reply, what }));
        const answer = await Promise.race([answered, setTimeout(ASK_AGAIN_MS, null, { signal })]);
        if (answer !== null) return contentOf(answer);
      }
    } catch (thrown) {
      throwIfAborted(signal);
      throw thrown;
    } finally {
      this.#open.delete(id);
    }
    throw new NoAnswer();
  }

  /** Hands answers to who asked, until the server is closed. */
  async #listen(): Promise<void> {
    for (;;) {
      const found = await this.#answers
        .blpopBuffer(this.#reply, WAIT_S)
        .catch(() => setTimeout(AFTER_ERROR_MS, null));
      if (this.#answers.status === 'end') return;
      if (found === null) continue;
      const [, answer] = found;
      this.#open.get(answer.toString('latin1', 0, ID_BYTES))?.(answer.subarray(ID_BYTES));
    }
  }
}

function contentOf(answer: Buffer): Buffer {
  const content = answer.subarray(1);
  if (answer[0] === 0) return content;
  throw new QgtError('queue', {
    where: 'the process that has the sweep',
    what: content.toString(),
    remedy: 'check the model and the data there',
  });
}
