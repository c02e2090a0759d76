import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';
import { withFolder } from '../pipeline/digits.js';
import { assertReport } from '../validated.js';
import { checkOut, runnerPath } from './ci-runner.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(join(root, 'docs/ci.md'), 'utf8');
const byStep = page.slice(page.indexOf('## GitHub Actions, step by step'));
const block = (language: string) => new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(byStep)![1]!;
const workflow = z
  .object({
    on: z.literal('pull_request'),
    jobs: z.object({
      compress: z.object({
        steps: z.array(z.object({ run: z.string().optional(), uses: z.string().optional() })),
      }),
    }),
  })
  .parse(parse(block('yaml')));
/** The set-up of the engine has a test of its own, which takes minutes. */
const steps = workflow.jobs.compress.steps.flatMap(({ run }) =>
  run === undefined || run.includes('qgt setup') ? [] : run,
);

describe('docs/ci.md', { skip: process.platform === 'win32' }, () => {
  it('has a workflow whose steps run, check and tell', () =>
    withFolder(async (folder) => {
      const cwd = checkOut(folder, JSON.parse(block('json')));
      const summary = join(folder, 'summary.md');
      const env = {
        HOME: folder,
        PATH: runnerPath(join(folder, 'bin')),
        CI: 'true',
        GITHUB_ACTIONS: 'true',
        GITHUB_BASE_REF: 'main',
        GITHUB_STEP_SUMMARY: summary,
      };
      for (const run of steps) {
        // As GitHub runs a step: https://docs.github.com/actions/reference/workflow-syntax-for-github-actions#jobsjob_idstepsshell
        const { status, stderr } = spawnSync('bash', ['-e', '-c', run], { cwd, env, encoding: 'utf8' });
        assert.equal(status, 0, `${run}\n${stderr}`);
      }
      assertReport(readFileSync(join(cwd, 'out/report.json'), 'utf8'));
      assert.match(readFileSync(join(cwd, 'out/junit.xml'), 'utf8'), /tests="3" failures="0"/);
      assert.ok(existsSync(join(cwd, 'out/model.qgt')));
      const text = readFileSync(summary, 'utf8');
      assert.match(text, /^- ✅ `--max-bytes`: /m);
      assert.equal(text.match(/^## qgt compress/gm)?.length, 1);
      assert.match(text, /^## qgt diff: base-out → out$/m);
      assert.match(text, /^\| pointwise\/kernel \| 4 → 8 /m);
      assert.match(text, /^- layers: \d changed, /m);
    }));
});
