import { QgtError } from '../../core/index.js';

/** The libraries of the queue, which are installed beside qgt by those who want one. */
export interface QueueLibraries {
  readonly bullmq: typeof import('bullmq');
  readonly ioredis: typeof import('ioredis');
}

/** Loads the libraries of the queue. @throws QgtError `queue` where they aren't installed. */
export async function loadLibraries(
  load: (name: 'bullmq' | 'ioredis') => Promise<unknown> = (name) => import(name),
): Promise<QueueLibraries> {
  try {
    const [bullmq, ioredis] = await Promise.all([load('bullmq'), load('ioredis')]);
    return { bullmq, ioredis } as QueueLibraries;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new QgtError('queue', {
      where: 'the queue',
      what: 'BullMQ and ioredis are not installed; qgt needs them for queues alone',
      remedy: 'run `npm install bullmq ioredis`, with -g where qgt was installed with it',
      cause,
    });
  }
}
