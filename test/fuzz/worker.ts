// A process that runs inputs of one target, one after the other: see session.ts.

import { openSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, describeError, QgtError } from '../../src/core/index.js';
import { inputSeed, type Job, LIMITS, type Note } from './job.js';
import { targets } from './targets/index.js';

/** Memory above the base at which a process ends between two inputs and another goes on. */
const TIRED_BYTES = LIMITS.bytes / 2;

const job: Job = JSON.parse(process.argv[2]!);
const progress = openSync(job.progressFile, 'r+');
const send = (note: Note) => new Promise((sent) => process.send!(note, undefined, undefined, sent));

/** Written without waiting, so that it is there even while an input never ends. */
function tellBegin(index: number): void {
  const { user, system } = process.cpuUsage();
  writeSync(progress, `${index} ${(user + system) / 1e6}\n`.padEnd(60), 0);
}

async function work(folder: string): Promise<void> {
  const target = await targets.find(({ name }) => name === job.target)!.setUp(folder);
  let thrown: unknown;
  process.on('uncaughtException', (error) => {
    thrown = error;
  });
  const base = process.memoryUsage.rss();
  await send({ kind: 'ready', baseBytes: base });
  for (let index = job.first; index < job.end; index++) {
    tellBegin(index);
    const input = target.make(createRandom(inputSeed(job, index)));
    thrown = undefined;
    const before = process.cpuUsage();
    const refused = await target.run(input).then(
      () => false,
      (error: unknown) => {
        if (!(error instanceof QgtError)) thrown = error;
        return true;
      },
    );
    const { user, system } = process.cpuUsage(before);
    const seconds = (user + system) / 1e6;
    const peak = process.resourceUsage().maxRSS * 1024 - base;
    const what =
      thrown !== undefined
        ? `throws ${thrown instanceof Error ? (thrown.stack ?? '') : describeError(thrown)}`
        : seconds > LIMITS.seconds
          ? `takes ${seconds.toFixed(1)} s`
          : peak > LIMITS.bytes
            ? `takes ${Math.round(peak / 2 ** 20)} MiB`
            : undefined;
    await send({ kind: 'done', index, refused, seconds, bytes: peak, what });
    const isTired = process.memoryUsage.rss() - base > TIRED_BYTES;
    if (isTired || what !== undefined) return;
  }
}

// The one that began this process may be ended while an input is run.
process.on('disconnect', () => process.exit());
const folder = await mkdtemp(join(tmpdir(), 'qgt-fuzz-'));
await work(folder);
await rm(folder, { recursive: true, force: true });
process.disconnect!();
process.exit();
