import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { runCli } from '../../src/cli/index.js';
import { parseOptions } from '../../src/pipeline/parse-options.js';
import { fakeIo } from './fake-io.js';
import { fakePipeline } from './fake-pipeline.js';

/** What a command line and a config file come to, and what is said on stderr. */
async function run(line: string, config: object = {}) {
  const cwd = await mkdtemp(join(tmpdir(), 'qgt-names-'));
  try {
    await writeFile(join(cwd, 'qgt.config.json'), JSON.stringify(config));
    const { io, out, err } = fakeIo({ cwd });
    const { pipeline, calls } = fakePipeline();
    const code = await runCli(line.split(' '), io, { loadPipeline: async () => pipeline });
    return { code, out: out(), err: err(), options: calls[0]?.options };
  } finally {
    await rm(cwd, { recursive: true });
  }
}

describe('former names of options', () => {
  const cases: [line: string, config: object, options: object, said: string][] = [
    ['compress m --rate 0.3', {}, { entropyPenalty: '0.3' }, '--rate is called --entropy-penalty now'],
    ['compress m --rate=auto --min-ratio 9', {}, { entropyPenalty: 'auto' }, '--rate is called'],
    ['compress m --strength 0', {}, { guidance: 0 }, '--strength is called --guidance now'],
    ['analyze m --widths 2,4', {}, { bitWidths: ['2', '4'] }, '--widths is called --bit-widths now'],
    ['compress m', { rate: 0.3 }, { entropyPenalty: 0.3 }, '--rate is called --entropy-penalty now'],
    ['analyze m', { commands: { analyze: { widths: [3] } } }, { bitWidths: [3] }, '--widths is called'],
    ['compress m', { strength: 1, guidance: 2 }, { guidance: 2 }, '--strength is called'],
  ];
  for (const [line, config, options, said] of cases) {
    it(`${line} ${JSON.stringify(config)}: works, and says the current name once`, async () => {
      const { code, err, options: got } = await run(line, config);
      assert.equal(code, 0, err);
      for (const [name, value] of Object.entries(options))
        assert.deepEqual((got as Record<string, unknown>)[name], value);
      assert.equal(err.split(said).length, 2, err);
    });
  }

  it('are in no help', async () => {
    for (const command of ['compress', 'analyze'])
      assert.doesNotMatch((await run(`${command} --help`)).out, /--(rate|strength|widths)\b/);
  });

  it('say nothing where they are a value, or behind --', async () => {
    const { err } = await run('compress -- --rate');
    assert.doesNotMatch(err, /is called/);
  });

  it('are unknown to a command that does not take the option', async () => {
    const { code, err } = await run('compress m --widths 3');
    assert.equal(code, 2);
    assert.match(err, /unknown option --widths/);
  });

  it('the library names the current one', () =>
    assert.throws(
      () => parseOptions('compress', { model: 'm', rate: 0.3 }),
      /rate has another name now; write entropyPenalty/,
    ));
});
