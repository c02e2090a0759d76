import { Worker } from 'node:worker_threads';
import type { RowArray } from '../dataset.js';
import type { Preparation } from './prepare.js';
import type { PreparationMessage, PreparationReply } from './worker.js';

/** A worker thread that prepares rows. */
export interface PreparationThread {
  /** `failed` for good where no worker can be started. */
  state(): 'starting' | 'ready' | 'failed';
  /** Resolves when it is no longer starting. */
  readonly started: Promise<void>;
  /** `prepare` in the thread; `rows` and `into` are gone from here. */
  prepare(
    rows: RowArray,
    preparation: Preparation,
    into?: Float32Array<ArrayBuffer>,
  ): Promise<Float32Array<ArrayBuffer>>;
}

interface Waiting {
  readonly resolve: (values: Float32Array<ArrayBuffer>) => void;
  readonly reject: (error: Error) => void;
}

/** Starts a thread, which once ready keeps the process alive only while somebody waits for its answer. */
export function startThread(): PreparationThread {
  const worker = new Worker(new URL(import.meta.url.replace(/thread(\.[jt]s)$/, 'worker$1')));
  let state: ReturnType<PreparationThread['state']> = 'starting';
  /** Answers come in the order of the messages. */
  const waiting: Waiting[] = [];
  let settle = () => {};
  const started = new Promise<void>((resolve) => {
    settle = resolve;
  });
  worker.on('message', (reply: PreparationReply) => {
    if (reply === 'ready') {
      state = 'ready';
      settle();
    } else {
      waiting.shift()!.resolve(reply);
    }
    if (waiting.length === 0) worker.unref();
  });
  worker.on('error', (error) => {
    state = 'failed';
    settle();
    for (const { reject } of waiting.splice(0)) reject(error);
  });
  return {
    state: () => state,
    started,
    prepare: (rows, preparation, into) => {
      const names = preparation.augmentations.map(({ name }) => name);
      const message: PreparationMessage = {
        rows,
        preparation: { ...preparation, augmentations: names },
        into,
      };
      return new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        worker.ref();
        worker.postMessage(message, into === undefined ? [rows.buffer] : [rows.buffer, into.buffer]);
      });
    },
  };
}
