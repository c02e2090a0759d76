import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { withoutCommands } from '../../src/cli/ci-commands.js';
import { runCli } from '../../src/cli/index.js';
import { sampleReport } from '../report/sample-report.js';
import { fakeIo } from './fake-io.js';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qgt-ci-'));
});
after(() => rm(folder, { recursive: true }));

/** Names that a CI system would obey at the start of a line, or anywhere in it. */
const NAMES = [
  '::error file=a.js::injected',
  '  ::stop-commands::token',
  'a\n::error::injected',
  'a\r\n##vso[task.setvariable variable=x]y',
  '##[error]injected',
  '###vso[build.addbuildtag]x',
  '##teamcity[message]',
  'a\u2028::error::x\u202etxt',
  '\u001b[2K\u001b[1G::error::x',
];

/** What GitHub, Azure Pipelines and TeamCity take for a command. */
const COMMAND = /^\s*::|##(vso|teamcity)?\[/m;

test('a text is as it was, but for what would be a command', () => {
  for (const text of ['a::b', 'std::vector', ' a: b', '# ::', '#[x]', '## Heading', 'C# [x]'])
    assert.equal(withoutCommands(text), text);
  for (const name of NAMES) assert.ok(!COMMAND.test(withoutCommands(name)), name);
});

/** Everything that a command line prints, with GitHub's and Azure's variables set. */
async function printed(...argv: string[]): Promise<{ out: string; err: string }> {
  const { io, out, err } = fakeIo({ env: { GITHUB_ACTIONS: 'true', TF_BUILD: 'True' } });
  await runCli(argv, io);
  return { out: out(), err: err() };
}

const layersOf = (bits: number) =>
  NAMES.map((name) => ({ ...sampleReport.layers[0]!, name, kind: name, bits }));

for (const format of ['text', 'json', 'markdown']) {
  test(`names in two reports give no command and no control character: diff --format ${format}`, async () => {
    const [a, b] = [4, 2].map((bits) => join(folder, `${format}-${bits}.json`)) as [string, string];
    for (const [path, bits] of [
      [a, 4],
      [b, 2],
    ] as const)
      await writeFile(path, JSON.stringify({ ...sampleReport, layers: layersOf(bits) }));
    const { out } = await printed('diff', a, b, '--format', format);
    assert.ok(out.includes('injected'), out);
    assert.ok(!COMMAND.test(out), out);
    assert.ok(!/[^\P{Cc}\n]|\p{Bidi_Control}|\u2028/u.test(out));
  });
}

test('a name in an error gives no line of its own, and GitHub one annotation', async () => {
  for (const name of NAMES) {
    const weights = [1, 2].map(() => ({ name, shape: [1], dtype: 'float32' }));
    const model = join(folder, 'model.json');
    await writeFile(
      model,
      JSON.stringify({ modelTopology: { node: [] }, weightsManifest: [{ paths: [], weights }] }),
    );
    const lines = (await printed('inspect', model)).err.trimEnd().split('\n');
    assert.equal(lines.length, 3, lines.join('|'));
    assert.match(lines[2]!, /^::error title=qgt::.*two weights have this name/);
    assert.ok(!COMMAND.test(lines.slice(0, 2).join('\n')), lines[1]);
  }
});
