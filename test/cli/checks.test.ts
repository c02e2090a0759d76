import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { runCli } from '../../src/cli/index.js';
import { QgtError } from '../../src/core/index.js';
import type { Report } from '../../src/report/index.js';
import { checkedReport, sampleReport } from '../report/sample-report.js';
import { fakeIo } from './fake-io.js';
import { fakePipeline } from './fake-pipeline.js';

let cwd: string;
before(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'qgt-checks-'));
});
after(() => rm(cwd, { recursive: true, force: true }));

async function run(line: string, report: Report, env: Record<string, string> = {}, errTTY = false) {
  const { io, out, err } = fakeIo({ cwd, env, errTTY });
  const { pipeline } = fakePipeline(undefined, report);
  const code = await runCli(line.split(' '), io, { loadPipeline: async () => pipeline });
  return { code, out: out(), err: err() };
}
const failed = 'failed: --max-drop: 0.89 points of accuracy lost, at most 0.5';
const warned = 'warning: --min-sqnr: 17.2 dB at the outputs, at least 20';
const onlyWarned: Report = {
  ...checkedReport,
  checks: checkedReport.checks.filter(({ rule }) => rule !== 'max-drop'),
};

describe('limits', () => {
  for (const command of ['compress', 'analyze']) {
    it(`${command}: exit code 1 and one line on stderr for each that was not kept; the table all the same`, async () => {
      const { code, out, err } = await run(`${command} m.json`, checkedReport);
      assert.equal(code, 1);
      assert.equal(err, `${failed}\n${warned}\n`);
      assert.match(out, /^limits +max-bytes kept, max-drop not kept, min-sqnr not kept$/m);
    });
  }

  it('exit code 0 where nothing but warnings are left', async () => {
    assert.deepEqual(await run('compress m.json', onlyWarned).then(({ code, err }) => [code, err]), [
      0,
      `${warned}\n`,
    ]);
  });

  it('--quiet leaves the errors', async () => {
    assert.deepEqual(await run('compress m.json -q', checkedReport), {
      code: 1,
      out: '',
      err: `${failed}\n`,
    });
  });

  it('no control character of a name reaches the terminal', async () => {
    const checks = [{ ...checkedReport.checks[1]!, text: 'a\u001b[2Jb' }];
    const { err } = await run('compress m.json', { ...sampleReport, checks }, { CI: 'true' }, true);
    assert.ok(err.endsWith('\u001b[31mfailed:\u001b[39m --max-drop: a\ufffd[2Jb\n'), err);
  });

  it('a plan is held to nothing', async () => {
    assert.equal((await run('compress m.json --dry-run --max-bytes 1', checkedReport)).code, 0);
  });
});

describe('CI', () => {
  const actions = () => ({ GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: join(cwd, 'summary.md') });

  it('in GitHub Actions: annotations on stderr, and a summary that grows; stdout stays data', async () => {
    await writeFile(join(cwd, 'summary.md'), 'before\n');
    const { code, out, err } = await run('compress m.json --json', checkedReport, actions());
    assert.equal(code, 1);
    assert.deepEqual(JSON.parse(out), checkedReport);
    assert.deepEqual(err.split('\n').filter((line) => line.startsWith('::')).length, 2);
    await run('analyze m.json', onlyWarned, actions());
    const summary = await readFile(join(cwd, 'summary.md'), 'utf8');
    assert.match(summary, /^before\n## qgt compress: /);
    assert.match(summary, /^## qgt analyze: /m);
  });

  it('--reporter github does so elsewhere, --quiet not even there', async () => {
    assert.match((await run('compress m.json --reporter github', checkedReport)).err, /^::error/m);
    const { err } = await run('compress m.json -q', checkedReport, { GITHUB_ACTIONS: 'true' });
    assert.ok(!err.includes('::'));
  });

  it('is told of errors too', async () => {
    const { io, err } = fakeIo({ env: { GITHUB_ACTIONS: 'true' } });
    const { pipeline } = fakePipeline(() =>
      Promise.reject(new QgtError('bad-model', { where: 'a', what: '100 %\nwrong' })),
    );
    assert.equal(await runCli(['compress', 'm.json'], io, { loadPipeline: async () => pipeline }), 2);
    assert.ok(err().endsWith('::error title=qgt::a: 100 %25 wrong\n'), err());
  });

  const written: [string, string][] = [
    ['--reporter junit', 'junit.xml'],
    ['--reporter junit=results/a=b.xml', 'results/a=b.xml'],
    ['--reporter github,junit=both.xml', 'both.xml'],
  ];
  for (const [flag, file] of written) {
    it(`${flag} writes ${file}, twice if need be`, async () => {
      for (const report of [onlyWarned, checkedReport]) await run(`compress m.json ${flag}`, report);
      assert.match(await readFile(join(cwd, file), 'utf8'), /failures="1"/);
    });
  }

  it('a file that cannot be written is an error', async () => {
    await writeFile(join(cwd, 'taken'), '');
    const { code, err } = await run('compress m.json --reporter junit=taken/a.xml', sampleReport);
    assert.equal(code, 2);
    assert.match(err, /^error: .*taken/m);
    const summary = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: join(cwd, 'taken/a.md') };
    assert.equal((await run('compress m.json', sampleReport, summary)).code, 2);
  });
});
