import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { describeError, QgtError } from '../../../core/index.js';
import type { KerasFile, KerasModel } from './keras-model.js';
import type { KerasReply } from './worker.js';

/** Seconds of the processor that a file may take, and bytes for each further one: HDF5 that is crafted can go round in circles. */
const MAX_SECONDS = 3;
const BYTES_A_SECOND = 2 ** 24;
/** Bytes of a file up to which the thread is kept for the next one: the library keeps the memory that it took. */
const SMALL = 2 ** 20;
const POLL_MS = 100;

/** A thread that waits for a file; undefined: none. */
let idle: Worker | undefined;

/**
 * Takes a file of Keras apart in a thread, which is ended where it takes too long.
 *
 * @param given  Its bytes are gone from here afterwards.
 * @throws QgtError as `parseKeras`, and `bad-model` for a file whose HDF5 has no end.
 */
export async function parseInThread(given: KerasFile): Promise<KerasModel> {
  const { file } = given;
  const { length } = given.bytes;
  const waiting = idle;
  idle = undefined;
  const worker = waiting ?? (await startWorker());
  worker.ref();
  const reply = await replyTo(worker, given, MAX_SECONDS + length / BYTES_A_SECOND);
  if (length > SMALL || reply === undefined || idle !== undefined) await worker.terminate();
  else {
    worker.unref();
    idle = worker;
  }
  if (reply === undefined) throw endless(file);
  if ('model' in reply) return reply.model;
  const { code, where, message } = reply.failure;
  throw new QgtError(code, { where, what: message.slice(where.length + 2) });
}

async function startWorker(): Promise<Worker> {
  const worker = new Worker(new URL(import.meta.url.replace(/thread(\.[jt]s)$/, 'worker$1')));
  await nextMessage(worker);
  return worker;
}

/** Sends a file, and waits for the answer; undefined: there was none within so many seconds of the processor. */
async function replyTo(
  worker: Worker,
  given: KerasFile,
  seconds: number,
): Promise<Exclude<KerasReply, 'ready'> | undefined> {
  const { file } = given;
  const ended = new AbortController();
  const answer = nextMessage(worker).catch((cause: unknown) => {
    throw new QgtError('bad-model', { where: file, what: `cannot be read (${describeError(cause)})`, cause });
  });
  const { cpuUsage } = process;
  const start = cpuUsage();
  const untilOver = async (): Promise<undefined> => {
    for (let used = 0; used < 1e6 * seconds && !ended.signal.aborted; ) {
      await setTimeout(POLL_MS, undefined, { ref: false });
      const { user, system } = cpuUsage(start);
      used = user + system;
    }
  };
  worker.postMessage(given, [given.bytes.buffer]);
  try {
    const reply = await Promise.race([answer, untilOver()]);
    return reply === 'ready' ? undefined : reply;
  } finally {
    ended.abort();
  }
}

/** The next message of a worker; it is rejected where the worker ends before. */
function nextMessage(worker: Worker): Promise<KerasReply> {
  return new Promise((resolve, reject) => {
    const settled = () => {
      worker.off('message', taken).off('error', failed).off('exit', ended);
    };
    const taken = (reply: KerasReply) => {
      settled();
      resolve(reply);
    };
    const failed = (error: unknown) => {
      settled();
      reject(error);
    };
    const ended = () => failed(new Error('the thread that reads it has ended'));
    worker.on('message', taken).on('error', failed).on('exit', ended);
  });
}

const endless = (file: string): QgtError =>
  new QgtError('bad-model', {
    where: file,
    what: 'its HDF5 takes for ever to read, as a damaged one that leads in circles does',
    remedy: 'save the model again',
  });
