import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runCli } from '../../src/cli/index.js';
import { fakeIo } from '../cli/fake-io.js';

const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/digits/${name}`, import.meta.url));
const [MODEL, DATA] = [fixture('model.json'), fixture('train.npz')];
const REFUSED = 2;

const folder = mkdtempSync(join(tmpdir(), 'qgt-kinds-'));
const inFolder = (...names: string[]) => join(folder, ...names);
const makePipe = (path: string) => execFileSync('mkfifo', [path]);
let server: Server;

before(async () => {
  makePipe(inFolder('pipe'));
  symlinkSync('/dev/zero', inFolder('device'));
  symlinkSync('not-there', inFolder('dangling'));
  symlinkSync('circle', inFolder('circle'));
  server = createServer().listen(inFolder('socket'));
  await new Promise((listening) => server.once('listening', listening));
});
after(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

/** What stands where a file should, and the words for it. */
const KINDS: Readonly<Record<string, RegExp>> = {
  pipe: /a named pipe/,
  device: /a device/,
  socket: /a socket/,
  dangling: /a link that leads nowhere/,
  circle: /a link that leads nowhere/,
};

/** Runs a command line to its end, which has to be an error. */
async function refusal(...argv: string[]): Promise<string> {
  const { io, err } = fakeIo({ cwd: folder });
  const code = await runCli(argv, io);
  assert.equal(code, REFUSED, err());
  assert.doesNotMatch(err(), /\n\s+at /);
  return err();
}

for (const [name, words] of Object.entries(KINDS))
  describe(`${name} in place of a file is refused at once`, () => {
    const COMMANDS: readonly [what: string, argv: (path: string) => string[]][] = [
      ['a model', (path) => ['inspect', path]],
      ['a model to export', (path) => ['export', path, '--to', 'tfjs', '-o', inFolder('out')]],
      ['a run', (path) => ['diff', path, path]],
      ['data', (path) => ['eval', MODEL, '--data', path]],
      ['data to train on', (path) => ['compress', MODEL, '--data', path, '-o', inFolder('out')]],
      [
        'data to measure on',
        (path) => ['compress', MODEL, '--data', DATA, '--eval', path, '-o', inFolder('out')],
      ],
    ];
    for (const [what, argv] of COMMANDS)
      test(what, async () => assert.match(await refusal(...argv(inFolder(name))), words));

    for (const ending of ['.json', '.qgt', '.npz', '.npy', '.csv', '-images-idx3-ubyte'])
      test(`one whose name ends with ${ending}`, async () => {
        const path = inFolder(`${name}-x${ending}`);
        symlinkSync(inFolder(name), path);
        assert.match(await refusal('eval', MODEL, '--data', path), /error: /);
        assert.match(await refusal('inspect', path), words);
        assert.match(await refusal('diff', path, path), words);
      });

    test('a config file', async () => {
      assert.match(await refusal('inspect', MODEL, '--config', inFolder(name)), /no file of at most|no such/);
    });

    test('a file in a folder that is named', async () => {
      for (const file of ['model.json', 'model.qgt', 'report.json', 'other.json']) {
        const inside = inFolder(`${name}-${file}`);
        mkdirSync(inside);
        symlinkSync(inFolder(name), join(inside, file));
        await refusal('inspect', inside);
        await refusal('diff', inside, inside);
      }
    });

    test('the names of classes and the weights beside a model', async () => {
      const beside = inFolder(`${name}-beside`);
      mkdirSync(beside);
      copyFileSync(MODEL, join(beside, 'model.json'));
      for (const file of ['metadata.json', 'labels.txt', 'group1-shard1of1.bin'])
        symlinkSync(inFolder(name), join(beside, file));
      assert.match(await refusal('inspect', beside), /a weight file .* is missing/);
    });

    test('what a run keeps in its output folder', async () => {
      for (const file of ['lock.json', 'commit.json', 'checkpoint/run.ckpt']) {
        const output = inFolder(`${name}-${file.replaceAll('/', '-')}`);
        mkdirSync(join(output, '.qgt-run', 'checkpoint'), { recursive: true });
        symlinkSync(inFolder(name), join(output, '.qgt-run', file));
        writeFileSync(join(output, 'report.json'), '{}');
        await refusal('diff', output, output);
        await refusal('compress', MODEL, '-o', output, '--resume');
      }
    });
  });
