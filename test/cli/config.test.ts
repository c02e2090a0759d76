import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { runCli } from '../../src/cli/index.js';
import { fakeIo } from './fake-io.js';
import { fakePipeline } from './fake-pipeline.js';

let root: string;
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'qgt-config-'));
});
after(() => rm(root, { recursive: true, force: true }));

let count = 0;
/** Runs in `cwd`, a folder below one that holds the files. */
async function run(files: Record<string, string>, line: string, cwd = '.') {
  const folder = join(root, String(count++));
  await mkdir(join(folder, cwd), { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const { io, err } = fakeIo({ cwd: join(folder, cwd) });
  const { pipeline, calls } = fakePipeline();
  const code = await runCli(line.split(' '), io, { loadPipeline: async () => pipeline });
  return { code, err: err(), options: calls[0]?.options };
}
/** The root of a repository. */
const git = { '.git/HEAD': '' };
const json = (config: unknown) => ({ 'qgt.config.json': JSON.stringify(config) });

describe('config file', () => {
  const found: [string, Record<string, string>, string, string, Record<string, unknown>][] = [
    ['qgt.config.json', json({ bits: 2 }), 'compress m', '.', { bits: 2 }],
    ['qgt.config.mjs', { 'qgt.config.mjs': 'export default { bits: 3 };' }, 'compress m', '.', { bits: 3 }],
    ['package.json', { 'package.json': '{"name":"x","qgt":{"bits":5}}' }, 'compress m', '.', { bits: 5 }],
    [
      'a package.json without the key is passed by',
      { 'package.json': '{}', ...json({ bits: 6 }) },
      'compress m',
      '.',
      { bits: 6 },
    ],
    ['upward to the repository', { ...git, ...json({ bits: 7 }) }, 'compress m', 'deep/down', { bits: 7 }],
    [
      'no further than the repository',
      { ...json({ bits: 7 }), 'repository/.git': 'gitdir: elsewhere' },
      'compress m',
      'repository/deep',
      {},
    ],
    [
      'without a repository upward to a package',
      { ...json({ bits: 7 }), 'package.json': '{}' },
      'compress m',
      'deep/down',
      { bits: 7 },
    ],
    [
      'no further than the package',
      { ...json({ bits: 7 }), 'deep/package.json': 'null' },
      'compress m',
      'deep/down',
      {},
    ],
    ['not upward without either', json({ bits: 7 }), 'compress m', 'deep', {}],
    [
      'the nearest',
      { ...git, ...json({ bits: 7 }), 'deep/qgt.config.json': '{"bits":8}' },
      'compress m',
      'deep',
      { bits: 8 },
    ],
    [
      '--config',
      { ...json({ bits: 7 }), 'other.json': '{"seed":1}' },
      'compress m --config other.json',
      '.',
      { seed: 1 },
    ],
    ['an empty file', { 'qgt.config.json': '' }, 'compress m', '.', {}],
    ['a flag wins', json({ bits: 2, seed: 4 }), 'compress m --bits 3', '.', { bits: 3, seed: 4 }],
    ['a flag turns off', json({ uniform: true }), 'compress m --no-uniform', '.', { uniform: false }],
    [
      'a list by flag replaces one by file',
      json({ layer: { a: 4 } }),
      'compress m --layer b=3',
      '.',
      { layer: ['b=3'] },
    ],
    [
      'a section wins over the top',
      json({ bits: 2, commands: { analyze: { bits: 3 } } }),
      'analyze m',
      '.',
      { bits: 3 },
    ],
    [
      'a flag wins over a section',
      json({ commands: { analyze: { bits: 3 } } }),
      'analyze m --bits 4',
      '.',
      { bits: 4 },
    ],
    [
      'another command has its own',
      json({ bits: 2, commands: { analyze: { bits: 3 } } }),
      'compress m',
      '.',
      { bits: 2 },
    ],
    ['options of other commands are left out', json({ bits: 2, to: 'tfjs' }), 'inspect m', '.', {}],
    [
      'paths count from the file',
      { ...git, ...json({ data: './images', require: ['a.mjs'] }) },
      'compress m',
      'deep',
      { data: '../images', require: ['../a.mjs'] },
    ],
    [
      'so do modules among metrics',
      {
        ...git,
        ...json({
          data: './d',
          metric: ['f1', 'mask=m.mjs'],
          commands: { eval: { metric: { age: './m.mjs' } } },
        }),
      },
      'compress m',
      'deep',
      { data: '../d', metric: ['f1', 'mask=./../m.mjs'] },
    ],
    [
      'but not addresses and absolute paths',
      { ...git, ...json({ data: '/images', eval: 'file:///e' }) },
      'compress m',
      'deep',
      { data: '/images', eval: 'file:///e' },
    ],
  ];
  for (const [name, files, line, cwd, expected] of found) {
    it(name, async () => {
      const { code, err, options } = await run(files, line, cwd);
      assert.equal(code, 0, err);
      assert.deepEqual(options, { model: 'm', ...expected });
    });
  }

  for (const line of ['inspect m', 'diff a b', 'export m --to npz']) {
    const [command] = line.split(' ');
    it(`${command} runs no module`, async () => {
      const config = { 'qgt.config.mjs': 'globalThis.ran = true; export default {};' };
      const { code, err, options } = await run({ ...git, ...config, 'a/b': '' }, line, 'a');
      assert.equal(code, 0, err);
      assert.ok(options);
      assert.match(err, /\.\.\/qgt\.config\.mjs is not run by/);
      const named = await run({ 'c.mjs': config['qgt.config.mjs'] }, `${line} --config c.mjs`);
      assert.equal(named.code, 2);
      assert.match(named.err, /^error: c\.mjs: `qgt \w+` runs no config files, expected JSON; write/);
      assert.equal('ran' in globalThis, false);
    });
  }

  it('opens no folder, pipe or device', async () => {
    const folder = await run({ 'qgt.config.json/a': '' }, 'compress m');
    assert.match(folder.err, /^error: qgt\.config\.json: no file of at most 1 MiB/);
    const device = await run({}, 'compress m --config /dev/zero');
    assert.match(device.err, /dev\/zero: no file of at most 1 MiB/);
  });

  const refused: [string, Record<string, string>, string][] = [
    ['an unknown key', json({ bist: 2 }), 'qgt.config.json: unknown key bist; did you mean bits?'],
    [
      'a flag in place of a key',
      json({ 'batch-size': 2 }),
      'qgt.config.json: unknown key batch-size; did you mean batchSize?',
    ],
    ['the model', json({ model: 'm.json' }), 'qgt.config.json: unknown key model; see docs/cli.md'],
    [
      'an unknown command',
      json({ commands: { analyse: {} } }),
      'qgt.config.json: commands: unknown key analyse; did you mean analyze?',
    ],
    [
      'an option of another command',
      json({ commands: { inspect: { bits: 2 } } }),
      'qgt.config.json: commands.inspect: unknown key bits; see docs/cli.md',
    ],
    ['a value out of range', json({ bits: 12 }), 'qgt.config.json: bits: must be 1.58, 2-8 or auto, got 12'],
    [
      'options that do not go together',
      json({ bits: 'auto' }),
      'qgt.config.json: bits: must be a width, unless --max-bytes, --min-ratio or --max-drop says what auto is for',
    ],
    [
      'a level that there is none of',
      json({ check: { maxDrop: 'warning' } }),
      'qgt.config.json: check: must be off, warn or error for max-bytes, min-ratio, ',
    ],
    [
      'a rule that there is none of',
      json({ check: { maxdrop: 'warn' } }),
      'qgt.config.json: check: must be off, warn or error for max-bytes, min-ratio, ',
    ],
    [
      'a value inside',
      json({ layer: { conv: 12 } }),
      'qgt.config.json: layer: must be 1.58, 2-8 or float, got 12',
    ],
    [
      'a value further inside',
      json({ layer: { conv: { bits: 2, clip: 3 } } }),
      'qgt.config.json: layer: must be a clip of at most 1, got 3',
    ],
    [
      'a rule with a key that there is none of',
      json({ layer: { conv: { bits: 2, width: 3 } } }),
      'qgt.config.json: layer: must be an object with bits, clip, granularity and quantizer alone, got {"bits":2,"width":3}',
    ],
    [
      'a rule without bits',
      json({ layer: { conv: { clip: 0.5 } } }),
      'qgt.config.json: layer: bits is needed, expected 1.58, 2-8 or float',
    ],
    [
      'a list',
      { 'qgt.config.json': '[]' },
      'qgt.config.json: must be an object of options, got a list; see docs/cli.md',
    ],
    ['no JSON', { 'qgt.config.json': '{\n"bits": }' }, 'qgt.config.json:2:9: not valid JSON'],
    [
      'a module that throws',
      { 'qgt.config.mjs': 'throw new Error("broken")' },
      'qgt.config.mjs: broken; mend it, or name another by --config',
    ],
  ];
  for (const [name, files, message] of refused) {
    it(`refuses ${name}`, async () => {
      const { code, err, options } = await run(files, 'compress m');
      assert.deepEqual([code, options], [2, undefined]);
      assert.ok(err.startsWith(`error: ${message}`), err);
    });
  }
});
