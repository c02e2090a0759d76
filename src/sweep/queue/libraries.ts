import { loadOptional, type OptionalLibraries } from '../../core/index.js';

/** The libraries of the queue, as far as they are used; they are installed beside qgt by those who want one. */
export interface QueueLibraries {
  readonly bullmq: typeof import('bullmq');
  readonly ioredis: Pick<typeof import('ioredis'), 'Redis'>;
}

const LIBRARIES: OptionalLibraries = { packages: ['bullmq', 'ioredis'], where: 'the queue' };

/** Loads the libraries of the queue. @throws QgtError `not-installed`. */
export function loadLibraries(): Promise<QueueLibraries> {
  return loadOptional(LIBRARIES, async () => {
    const [bullmq, ioredis] = await Promise.all([import('bullmq'), import('ioredis')]);
    return { bullmq, ioredis };
  });
}
