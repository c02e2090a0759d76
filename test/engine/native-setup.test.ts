import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { QgtError } from '../../src/core/index.js';
import { engineFolder, type SetUpStep, setUpNative } from '../../src/engine/index.js';
import { makeFolder } from '../../src/engine/native/setup/atomic-folder.js';
import { CommandError, type RunCommand, runCommand } from '../../src/engine/native/setup/command.js';

const INTEGRITY =
  'sha512-uHrXeUlfgkMxTZqHkESSV7zSdKdV0LlsBeblqkuKU9nnfxB1pC6DtoyYVaLxznzZy7WQSegjcohxxCjAf6Dc7w==';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qgt-setup-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('the home of the native engine', () => {
  const linux = { platform: 'linux', arch: 'x64' };
  const name = 'tfjs-node-4.22.0-linux-x64';

  it('is in the cache by the XDG rules, unless a prefix is named', () => {
    assert.equal(
      engineFolder(undefined, { env: { XDG_CACHE_HOME: '/cache' }, ...linux }),
      `/cache/qgt/${name}`,
    );
    assert.match(
      engineFolder(undefined, { env: { XDG_CACHE_HOME: 'relative' }, ...linux }),
      new RegExp(`/\\.cache/qgt/${name}$`),
    );
    const env = { XDG_CACHE_HOME: '/cache', QGT_NATIVE_PREFIX: '/opt/qgt' };
    assert.equal(engineFolder(undefined, { env, ...linux }), `/opt/qgt/${name}`);
    assert.equal(engineFolder('/here', { env, ...linux }), `/here/${name}`);
  });
});

describe('a folder that is made aside', () => {
  const inPlace = () => readFile(join(folder, 'engine', 'file'), 'utf8');
  const put = (text: string) => (making: string) => writeFile(join(making, 'file'), text);

  it('is in its place only once it is whole, and takes the place of the one before', async () => {
    await makeFolder(join(folder, 'engine'), async (making) => {
      await put('first')(making);
      assert.ok(!existsSync(join(folder, 'engine')));
    });
    assert.equal(await inPlace(), 'first');
    await makeFolder(join(folder, 'engine'), put('second'));
    assert.equal(await inPlace(), 'second');
    assert.deepEqual(await readdir(folder), ['engine']);
  });

  it('leaves the one before where the making fails', async () => {
    await makeFolder(join(folder, 'engine'), put('first'));
    const failing = makeFolder(join(folder, 'engine'), async (making) => {
      await put('second')(making);
      throw new Error('half-made');
    });
    await assert.rejects(failing, /half-made/);
    assert.equal(await inPlace(), 'first');
    assert.deepEqual(await readdir(folder), ['engine']);
  });

  it('clears away what a killed run left, and nothing that a living one is making', async () => {
    const killed = join(folder, 'engine.making-999999999-abcdef01');
    const living = join(folder, `engine.making-${process.pid}-abcdef02`);
    await mkdir(killed);
    await mkdir(living);
    await makeFolder(join(folder, 'engine'), put('first'));
    assert.deepEqual((await readdir(folder)).sort(), ['engine', `engine.making-${process.pid}-abcdef02`]);
  });

  it('says so where it may not write', async () => {
    await writeFile(join(folder, 'file'), '');
    await assert.rejects(
      makeFolder(join(folder, 'file', 'engine'), put('')),
      (error) => error instanceof QgtError && error.code === 'output' && /--prefix/.test(error.message),
    );
  });
});

describe('running a program', () => {
  const options = () => ({ cwd: folder });

  it('gives what it printed, or an error with its own', async () => {
    assert.equal(await runCommand('node', ['-e', 'console.log(1)'], options()), '1\n');
    await assert.rejects(
      runCommand('node', ['-e', 'console.error("error: no luck\\nbye"); process.exit(3)'], options()),
      (error) => error instanceof CommandError && !error.missing && /error: no luck/.test(error.message),
    );
    await assert.rejects(
      runCommand('no-such-program', [], options()),
      (error) => error instanceof CommandError && error.missing,
    );
  });

  it('is stopped by the signal, with what it had started', async () => {
    const stop = new AbortController();
    const script = 'require("child_process").spawnSync("sleep", ["60"]);';
    const running = runCommand('node', ['-e', script], { ...options(), signal: stop.signal });
    setTimeout(() => stop.abort(), 300);
    await assert.rejects(running, (error) => error instanceof QgtError && error.code === 'aborted');
  });
});

describe('setUpNative', () => {
  interface World {
    /** Programs that this machine lacks. */
    readonly lacks?: readonly string[];
    /** Programs, or the word in their arguments, that fail. */
    readonly fails?: readonly string[];
    readonly integrity?: string;
    readonly answers?: boolean;
    readonly system?: string;
    readonly force?: boolean;
  }

  /** Runs the set-up with programs that only pretend. */
  async function setUp({ lacks = [], fails = [], integrity = INTEGRITY, answers = false, ...world }: World) {
    const ran: string[] = [];
    const steps: SetUpStep[] = [];
    const run: RunCommand = async (program, args, { cwd }) => {
      const line = [program === process.execPath ? 'node' : program, ...args].join(' ');
      ran.push(line);
      if (lacks.includes(program)) throw new CommandError(program, true, '');
      if (fails.some((word) => line.includes(word)))
        throw new CommandError(program, false, 'error: it fails');
      if (program === 'npm') await pretendInstall(cwd, integrity);
      if (line.includes('pip download')) await writeFile(join(args.at(-1)!, 'tensorflow.whl'), '');
      if (args[0] === '-c' && args.length === 4) await pretendUnpack(args[3]!);
      return '';
    };
    const result = setUpNative(
      { prefix: folder, force: world.force ?? false, onStep: (step) => steps.push(step) },
      { run, hostAnswers: async () => answers, system: world.system ?? 'linux-x64' },
    );
    return { ran, steps, result: await result.catch((error: unknown) => error) };
  }

  async function pretendInstall(cwd: string, integrity: string): Promise<void> {
    const modules = join(cwd, 'node_modules');
    await mkdir(join(modules, '@tensorflow', 'tfjs-node'), { recursive: true });
    const packages = { 'node_modules/@tensorflow/tfjs-node': { integrity } };
    await writeFile(join(modules, '.package-lock.json'), JSON.stringify({ packages }));
  }

  async function pretendUnpack(target: string): Promise<void> {
    const unpacked = join(target, 'tensorflow');
    await mkdir(join(unpacked, 'include'), { recursive: true });
    for (const name of ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'])
      await writeFile(join(unpacked, name), name);
  }

  const source = (result: unknown) => (result as { source?: string }).source;
  const message = (result: unknown) => (result as Error).message;

  it("takes tfjs-node's own download where its host answers", async () => {
    const { ran, result } = await setUp({ answers: true });
    assert.equal(source(result), "tfjs-node's own download");
    assert.ok(ran.includes('node scripts/install.js'));
    assert.ok(!ran.some((line) => line.includes('pip')));
  });

  it('takes the wheel where that fails, and says so', async () => {
    for (const world of [{ answers: false }, { answers: true, fails: ['scripts/install.js'], force: true }]) {
      const { ran, steps, result } = await setUp(world);
      assert.equal(source(result), 'the tensorflow-cpu wheel');
      assert.ok(ran.some((line) => line.includes('--require-hashes')));
      assert.ok(ran.some((line) => line.includes('--build-from-source')));
      assert.ok(steps.some(({ name, state }) => /own download/.test(name) && /skipped|failed/.test(state)));
    }
  });

  it('keeps an engine that works, makes anew one that does not, or any with force', async () => {
    await setUp({});
    assert.equal(source((await setUp({})).result), 'already there');
    assert.equal(source((await setUp({ force: true })).result), 'the tensorflow-cpu wheel');
    let checks = 0;
    const { result } = await setUp({
      get fails() {
        return checks++ === 0 ? ['check.'] : [];
      },
    });
    assert.match(message(result), /trying it.* did not work/);
    assert.equal(source((await setUp({})).result), 'already there', 'the old one stays');
  });

  it('is never left half-made', async () => {
    const { result } = await setUp({ fails: ['--build-from-source'] });
    assert.match(message(result), /building tfjs-node's binding did not work.*it fails.*QGT_LOG=debug/);
    assert.deepEqual(await readdir(folder), []);
  });

  const refusals: [string, World, RegExp][] = [
    ['without Python', { lacks: ['python3', 'python'] }, /no Python 3.*install Python 3 with pip/],
    ['without pip', { fails: ['-m pip --version'] }, /Python has no pip.*install pip/],
    ['without make', { lacks: ['make'] }, /no make.*install make/],
    ['without a compiler', { lacks: ['g++'] }, /no g\+\+.*C\+\+ compiler/],
    ['another hash of the wheel', { fails: ['pip download'] }, /fetching libtensorflow.*did not work/],
    ['another package', { integrity: 'sha512-other' }, /another package.*sha512-other.*expected/],
    ['another system', { system: 'darwin-arm64' }, /no second way on darwin-arm64.*embedded engine stays/],
  ];
  for (const [name, world, expected] of refusals) {
    it(`says what is missing: ${name}`, async () => {
      const { result } = await setUp(world);
      assert.ok(result instanceof QgtError && result.code === 'engine', String(result));
      assert.match(result.message, expected);
      assert.deepEqual(await readdir(folder), []);
    });
  }
});
