import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, readlink, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { colourless } from '../../src/cli/colours.js';
import { renderHelp } from '../../src/cli/help-page.js';
import { runCli } from '../../src/cli/run.js';
import { init } from '../../src/pipeline/init.js';
import { fakeIo } from './fake-io.js';
import { fakePipeline } from './fake-pipeline.js';

/** Runs `qgt init` with these answers; what is asked, and the options that it comes to. */
async function asked(line: string, ...answers: string[]) {
  const questions: string[] = [];
  const { pipeline, calls } = fakePipeline();
  const { io, err } = fakeIo();
  const ask = async (question: string) => {
    questions.push(question);
    return answers.shift() ?? '';
  };
  const code = await runCli(line.split(' '), { ...io, ask }, { loadPipeline: async () => pipeline });
  assert.equal(code, 0, err());
  return { questions, options: calls[0]!.options };
}

describe('qgt init', () => {
  const cwd = process.cwd();
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'qgt-test-'));
    process.chdir(folder);
  });
  after(async () => {
    process.chdir(cwd);
    await rm(folder, { recursive: true });
  });

  it('asks three questions on a terminal, and takes Enter for the default', async () => {
    const all = await asked('init', 'images', '2', '0.5');
    assert.equal(all.questions.length, 3);
    assert.deepEqual(all.options, { data: 'images', bits: 2, maxDrop: 0.5 });
    assert.deepEqual((await asked('init')).options, {});
  });

  it('shows no spinner while a question is open', async () => {
    const { pipeline } = fakePipeline();
    const { io, err } = fakeIo({ errTTY: true });
    const moving: string[] = [];
    const ask = async () => {
      const before = err();
      await setTimeout(200);
      // A spinner hides the cursor as long as it turns.
      assert.ok(before.lastIndexOf('\u001b[?25h') > before.lastIndexOf('\u001b[?25l'), before);
      moving.push(err().slice(before.length));
      return '';
    };
    await runCli(['init'], { ...io, ask }, { loadPipeline: async () => pipeline });
    assert.deepEqual(moving, ['', '', '']);
  });

  it('asks for nothing that an option says', async () => {
    const { questions, options } = await asked('init --bits 3 --data images', '1');
    assert.equal(questions.length, 1);
    assert.deepEqual(options, { bits: 3, data: 'images', maxDrop: 1 });
  });

  it('asks again where an answer is no value of the option, and says what would be', async () => {
    const { questions, options } = await asked('init --data images --max-drop 1', '17', '2');
    assert.match(questions[1]!, /^must be .*8.*\. Bits per weight/);
    assert.deepEqual(options, { data: 'images', maxDrop: 1, bits: 2 });
  });

  it('writes a file that compress reads, and replaces none unless asked', async () => {
    assert.deepEqual(await init({ bits: 'auto', maxDrop: 1 }), {
      file: 'qgt.config.json',
      config: { bits: 'auto', maxDrop: 1 },
    });
    assert.deepEqual(JSON.parse(await readFile('qgt.config.json', 'utf8')), { bits: 'auto', maxDrop: 1 });
    await assert.rejects(init({}), /qgt.config.json: is there already; edit it, or replace it with --force/);
    await init({ bits: 2, force: true });
    const { pipeline, calls } = fakePipeline();
    const { io } = fakeIo({ cwd: folder });
    await runCli(['compress', 'model.json'], io, { loadPipeline: async () => pipeline });
    assert.deepEqual(calls[0]!.options, { model: 'model.json', bits: 2 });
  });

  it('names no option that it has not where auto is without a goal', async () => {
    await assert.rejects(
      init({ bits: 'auto', force: true }),
      /must be a width, unless --max-drop says what auto is for/,
    );
    const help = renderHelp('init', 100, colourless);
    assert.equal(help.split('default: 4').length, 2, help);
  });

  it('refuses data that is not there, or that no reader takes', async () => {
    await assert.rejects(init({ data: 'nowhere', force: true }), {
      code: 'not-found',
      message: 'nowhere: no such file or folder; check the path',
    });
    await mkdir('empty/cats', { recursive: true });
    const refusals = {
      empty: /^empty.cats: there are no images in the folder of this class/,
      'empty/cats': /^empty\/cats: not a known format of data; give /,
      'qgt.config.json': /^qgt.config.json: not a known format of data; give /,
    };
    for (const [data, message] of Object.entries(refusals))
      await assert.rejects(init({ data, force: true }), { code: 'bad-data', message });
  });

  it('replaces no link unless asked, wherever it leads', { skip: process.platform === 'win32' }, async () => {
    await rm('qgt.config.json', { force: true });
    await symlink('elsewhere.json', 'qgt.config.json');
    await assert.rejects(init({}), {
      code: 'output',
      message: /^qgt.config.json: is there already, got a link that leads nowhere; edit it, or/,
    });
    assert.equal(await readlink('qgt.config.json'), 'elsewhere.json');
  });
});
