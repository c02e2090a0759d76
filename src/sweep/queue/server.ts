import type { Redis } from 'ioredis';
import { describeError, type OnProgress, QgtError } from '../../core/index.js';
import { loadLibraries, type QueueLibraries } from './libraries.js';

/** A server that doesn't answer for so long is not there. */
const CONNECT_MS = 5_000;
const MAX_RETRY_MS = 1_000;

/** A Redis server that hands trials over. */
export interface QueueServer {
  /** Its address without the password. */
  readonly address: string;
  readonly libraries: QueueLibraries;
  /** Opens one more connection, which comes back whenever the server does. */
  connect(): Redis;
  /** Ends all connections at once. */
  close(): void;
}

/**
 * Finds a server; from then on tells when it is lost and there again, and waits for it.
 *
 * @param url  `redis://[user:password@]host[:port][/database]`, or `rediss://` for TLS.
 * @throws QgtError `queue` within seconds where no server answers, or it lets nobody in.
 */
export async function openServer(url: string, onProgress: OnProgress): Promise<QueueServer> {
  const libraries = await loadLibraries();
  const address = addressOf(url);
  const connections: Redis[] = [];
  let isFound = false;
  let lastError: unknown;
  const connect = (): Redis => {
    const made = new libraries.ioredis.Redis(url, {
      lazyConnect: !isFound,
      connectTimeout: CONNECT_MS,
      // Commands wait for a server that is started again.
      maxRetriesPerRequest: null,
      retryStrategy: (times) => (isFound ? Math.min(100 * times, MAX_RETRY_MS) : null),
    });
    made.on('error', (error) => {
      lastError = error;
    });
    connections.push(made);
    return made;
  };
  const close = () => {
    for (const connection of connections) connection.disconnect();
  };
  const first = connect();
  try {
    await inTime(first.connect().then(() => first.ping()));
  } catch (thrown) {
    close();
    throw unreachable(address, lastError ?? thrown);
  }
  isFound = true;
  tellLosses(first, address, onProgress);
  return { address, libraries, connect, close };
}

/** Tells by one connection when the server is lost, and there again. */
function tellLosses(connection: Redis, address: string, onProgress: OnProgress): void {
  let isLost = false;
  connection.on('reconnecting', () => {
    if (!isLost) onProgress({ kind: 'warning', text: `${address}: connection lost; waiting for the server` });
    isLost = true;
  });
  connection.on('ready', () => {
    if (isLost) onProgress({ kind: 'stage', text: `${address}: connected again` });
    isLost = false;
  });
}

async function inTime(work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('it does not answer')), CONNECT_MS);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** The address of a server, without its password. */
export function addressOf(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
}

const unreachable = (address: string, cause: unknown): QgtError =>
  new QgtError('queue', {
    where: address,
    what: `no Redis server lets qgt in: ${describeError(cause)}`,
    remedy: 'start it (`redis-server`), or check host, port and password: redis://:password@host:6379',
    cause,
  });
