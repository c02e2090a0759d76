import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { compiled } from '../compiled.js';
import { withFolder } from '../pipeline/digits.js';

function start(...argv: string[]): {
  child: ChildProcessByStdio<null, Readable, Readable>;
  err: () => string;
} {
  const child = spawn(process.execPath, [compiled('test/cli/interruptible.ts'), ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return { child, err: () => text };
}

/** Resolves once stderr holds the text. */
async function seen(child: { stderr: Readable }, err: () => string, text: string): Promise<void> {
  while (!err().includes(text)) await once(child.stderr, 'data');
}

async function workerPid(child: { stderr: Readable }, err: () => string): Promise<number> {
  await seen(child, err, '.\n');
  return Number(/process (\d+)\./.exec(err())![1]);
}

describe('the process', { skip: process.platform === 'win32' }, () => {
  it('the first Ctrl-C stops the work in order, with one line and 130', async () => {
    const { child, err } = start('compress', 'm.json');
    await seen(child, err, 'working\n');
    child.kill('SIGINT');
    assert.deepEqual(await once(child, 'close'), [130, null]);
    assert.match(err(), /working\nstopping; press Ctrl-C again to end at once\n$/);
  });

  for (const [what, model] of [
    ['', 'deaf.json'],
    [' where a loop blocks the work', 'blocked.json'],
  ] as const) {
    it(`the second ends at once${what}`, async () => {
      const { child, err } = start('compress', model);
      await seen(child, err, 'working\n');
      child.kill('SIGINT');
      await seen(child, err, 'stopping');
      child.kill('SIGINT');
      assert.deepEqual(await once(child, 'close'), [130, null]);
    });
  }

  it('the second leaves nothing in the output folder, nor that folder where it was made', () =>
    withFolder(async (parent) => {
      await mkdir(join(parent, 'theirs'));
      for (const output of [join(parent, 'theirs'), join(parent, 'new', 'deeper')]) {
        const { child, err } = start('compress', 'blocked.json', '-o', output);
        await seen(child, err, 'working\n');
        assert.deepEqual(await readdir(output), ['.qgt-run']);
        child.kill('SIGINT');
        await seen(child, err, 'stopping');
        child.kill('SIGINT');
        assert.deepEqual(await once(child, 'close'), [130, null]);
        assert.deepEqual(await readdir(parent, { recursive: true }), ['theirs']);
      }
    }));

  for (const [signal, model, code] of [
    ['SIGTERM', 'm.json', 143],
    ['SIGHUP', 'blocked.json', 129],
  ] as const) {
    it(`${signal} stops the work on ${model} too, with ${code}`, async () => {
      const { child, err } = start('compress', model);
      await seen(child, err, 'working\n');
      child.kill(signal);
      await seen(child, err, 'stopping; send the signal again to end at once\n');
      child.kill(signal);
      assert.deepEqual(await once(child, 'close'), [code, null]);
    });
  }

  it('the work ends with the process that watches over it', async () => {
    const { child, err } = start('compress', 'pid.json');
    const pid = await workerPid(child, err);
    assert.notEqual(pid, child.pid);
    child.kill('SIGKILL');
    // The worker holds its stderr open for as long as it lives, and would work for ever.
    assert.deepEqual(await once(child, 'close'), [null, 'SIGKILL']);
  });

  it('tells of a work that the system has ended', async () => {
    const { child, err } = start('compress', 'pid.json');
    process.kill(await workerPid(child, err), 'SIGKILL');
    assert.deepEqual(await once(child, 'close'), [137, null]);
    assert.match(err(), /error: qgt was ended by SIGKILL, as the system does where memory runs out\n$/);
  });

  it('a reader that leaves early is no error', async () => {
    const { child, err } = start('inspect', 'm.json', '--json');
    child.stdout.once('data', () => child.stdout.destroy());
    const [code] = await once(child, 'close');
    assert.deepEqual([code, err()], [0, '']);
  });

  it('what libraries print does not get among the data', async () => {
    const { child, err } = start('eval', 'm.json', '--json');
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      out += chunk;
    });
    await once(child, 'close');
    JSON.parse(out);
    assert.match(err(), /a library that prints/);
  });
});
