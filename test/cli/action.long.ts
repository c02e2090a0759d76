import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';
import { withFolder } from '../pipeline/digits.js';
import { checkOut, runnerPath } from './ci-runner.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const action = z
  .object({
    inputs: z.record(z.string(), z.object({ default: z.string().optional() })),
    outputs: z.record(z.string(), z.object({ value: z.string() })),
    runs: z.object({
      using: z.literal('composite'),
      steps: z.array(
        z.object({
          name: z.string(),
          uses: z.string().optional(),
          run: z.string().optional(),
          shell: z.string().optional(),
          env: z.record(z.string(), z.string()).default({}),
        }),
      ),
    }),
  })
  .parse(parse(readFileSync(join(root, 'action.yml'), 'utf8')));

describe('action.yml', { skip: process.platform === 'win32' }, () => {
  it('hands inputs over by the environment alone, where a shell does not run them', () => {
    for (const { name, run, shell } of action.runs.steps) {
      if (run === undefined) continue;
      assert.equal(shell, 'bash', name);
      assert.doesNotMatch(run, /\$\{\{/, name);
    }
  });

  it('has steps that compress, check and compare', () =>
    withFolder(async (folder) => {
      const cwd = checkOut(folder, { bits: 4, data: 'data/train.npz', eval: 'data/test.npz' });
      const given: Record<string, string> = {
        model: 'model/model.json',
        arguments: '--max-bytes 32KB --max-drop 2',
      };
      const filled = (text: string) =>
        text.replace(/\$\{\{ inputs\.(\w+) \}\}/g, (_, name: string) => {
          return given[name] ?? action.inputs[name]!.default!;
        });
      const env = {
        HOME: folder,
        PATH: runnerPath(join(folder, 'bin')),
        CI: 'true',
        GITHUB_ACTIONS: 'true',
        GITHUB_BASE_REF: 'main',
        GITHUB_STEP_SUMMARY: join(folder, 'summary.md'),
      };
      for (const { name, run, env: own } of action.runs.steps) {
        // The set-up has a test of its own, which takes minutes.
        if (run === undefined || name === 'Native engine') continue;
        const values = Object.fromEntries(Object.entries(own).map(([key, text]) => [key, filled(text)]));
        // As GitHub runs a step with `shell: bash`.
        const args = ['--noprofile', '--norc', '-eo', 'pipefail', '-c', run];
        const { status, stderr } = spawnSync('bash', args, {
          cwd,
          env: { ...env, ...values },
          encoding: 'utf8',
        });
        assert.equal(status, 0, `${name}\n${stderr}`);
      }
      for (const { value } of Object.values(action.outputs)) assert.ok(existsSync(join(cwd, filled(value))));
      const summary = readFileSync(join(folder, 'summary.md'), 'utf8');
      assert.match(summary, /^- ✅ `--max-bytes`: /m);
      assert.match(summary, /^\| pointwise\/kernel \| 4 → 8 /m);
      assert.match(readFileSync(join(cwd, 'qgt-out/diff.md'), 'utf8'), /^## qgt diff: /m);
    }));
});
