import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';
import { compiled } from '../compiled.js';
import { digits, withFolder } from '../pipeline/digits.js';
import { assertReport } from '../validated.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(join(root, 'docs/ci.md'), 'utf8');
const block = (language: string) => new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(page)![1]!;
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
const steps = workflow.jobs.compress.steps.flatMap(({ run }) => run ?? []);

/** Stands in for what the runner has: `npx qgt` is this checkout, and there is nothing to install. */
function runnerPath(folder: string): string {
  const script = (name: string, text: string) => {
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(folder, name), 0o755);
  };
  mkdirSync(folder);
  script('npm', 'test "$1" = ci');
  script(
    'npx',
    `test "$1" = qgt && shift && exec "${process.execPath}" "${compiled('test/cli/command-line.ts')}" "$@"`,
  );
  return `${folder}:${process.env.PATH}`;
}

/** The repository of somebody with a model, checked out for a pull request that gives one layer more bits. */
function checkOut(folder: string): string {
  const project = join(folder, 'project');
  const config = { ...JSON.parse(block('json')), engine: 'embedded', epochs: 0 };
  for (const path of ['model', 'data']) mkdirSync(join(project, path), { recursive: true });
  cpSync(digits.model, join(project, 'model/model.json'));
  cpSync(digits.model.replace('model.json', 'weights.bin'), join(project, 'model/weights.bin'));
  for (const name of ['train', 'test'] as const) cpSync(digits[name], join(project, `data/${name}.npz`));
  writeFileSync(join(project, 'qgt.config.json'), JSON.stringify(config));
  const git = (...args: string[]) => execFileSync('git', args, { cwd: project, stdio: 'pipe' });
  git('init', '--quiet', '--initial-branch', 'main');
  git('add', '.');
  git('-c', 'user.name=a', '-c', 'user.email=a@b.c', 'commit', '--quiet', '-m', 'a model');
  const checkout = join(folder, 'checkout');
  execFileSync('git', ['clone', '--quiet', project, checkout], { stdio: 'pipe' });
  writeFileSync(join(checkout, 'qgt.config.json'), JSON.stringify({ ...config, layer: { pointwise: 8 } }));
  return checkout;
}

describe('docs/ci.md', { skip: process.platform === 'win32' }, () => {
  it('has a workflow whose steps run, check and tell', () =>
    withFolder(async (folder) => {
      const cwd = checkOut(folder);
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
