// A Redis server of Debian's for the tests of queues, on a free port and in a folder of its own.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';

const isInstalled = spawnSync('redis-server', ['--version']).status === 0;

/** Why tests of queues can't run here; false: they can, or have to. */
export const withoutRedis =
  isInstalled || process.env.QGT_REQUIRE_REDIS === '1' ? false : 'redis-server is not installed';

/** What a server keeps when it is killed: what it was told (an append-only file), or nothing. */
export type Keeping = 'append-only file' | 'nothing';

/** A server that a test starts, kills and starts again. */
export interface TestServer {
  readonly url: string;
  /** Kills it as a power cut would. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Keys that it holds. */
  keys(): Promise<string[]>;
}

/** Runs a test with a server, and ends that. */
export async function withRedis(keeping: Keeping, use: (server: TestServer) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'qgt-redis-'));
  const port = await freePort();
  const append = keeping === 'append-only file' ? 'yes' : 'no';
  let server: ChildProcess | null = null;
  const start = async () => {
    const argv = ['--port', `${port}`, '--dir', folder, '--save', '', '--appendonly', append];
    server = spawn('redis-server', [...argv, '--bind', '127.0.0.1'], { stdio: 'ignore' });
    await withClient(port, (client) => client.ping());
  };
  const kill = async () => {
    const ended = server;
    server = null;
    if (ended === null) return;
    ended.kill('SIGKILL');
    await once(ended, 'close');
  };
  try {
    await start();
    const keys = () => withClient(port, (client) => client.keys('*'));
    await use({ url: `redis://127.0.0.1:${port}`, kill, start, keys });
  } finally {
    await kill();
    await rm(folder, { recursive: true, force: true });
  }
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const found = listener.address();
  await new Promise((resolve) => listener.close(resolve));
  if (found === null || typeof found === 'string') throw new Error('no port');
  return found.port;
}

async function withClient<Result>(port: number, use: (client: Redis) => Promise<Result>): Promise<Result> {
  const client = new Redis(port, '127.0.0.1', { maxRetriesPerRequest: null, retryStrategy: () => 50 });
  // Until it listens.
  client.on('error', () => {});
  try {
    return await use(client);
  } finally {
    client.disconnect();
  }
}
