import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
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

  it('has steps that compress, check and compare, once for each model, on a runner that is kept', () =>
    withFolder(async (folder) => {
      const cwd = checkOut(folder, { bits: 4, data: 'shared/train.npz', eval: 'shared/test.npz' });
      renameSync(join(cwd, 'data'), join(cwd, 'shared'));
      const path = runnerPath(join(folder, 'bin'));
      const use = (given: Record<string, string>) => runAction({ folder, cwd, path }, given);
      const given = {
        model: 'model/model.json',
        arguments: '--max-bytes 32KB\n--max-drop 2\n',
        shared: 'shared\n',
      };
      for (const output of ['qgt-out', 'out/second']) {
        const { failed, outputs, summary } = use({ ...given, output });
        assert.equal(failed, undefined);
        for (const { value } of Object.values(action.outputs))
          assert.ok(existsSync(join(cwd, value.replace(/\$\{\{ inputs\.output \}\}/, output))));
        assert.equal(outputs, `artifact=${output.replace('/', '-')}\n`);
        for (const limit of ['bytes', 'drop'])
          assert.match(summary, new RegExp(`^- ✅ \`--max-${limit}\`: `, 'm'));
        assert.match(summary, /^\| pointwise\/kernel \| 4 → 8 /m);
        assert.match(readFileSync(join(cwd, output, 'diff.md'), 'utf8'), /^## qgt diff: /m);
        assert.ok(!existsSync(join(cwd, '.qgt-base')));
      }

      const unkept = use({ ...given, arguments: '--epochs 0\n--max-bytes 1KB' });
      assert.match(unkept.failed ?? '', /^Compress, and check: .*--max-bytes/s);

      const elsewhere = use({ ...given, model: join(folder, 'project/model/model.json') });
      assert.match(elsewhere.failed ?? '', /^Compress on the base branch, and compare: ::error::/);

      const absolute = use({ ...given, model: join(cwd, 'model/model.json') });
      assert.equal(absolute.failed, undefined);
      assert.match(absolute.summary, /^\| pointwise\/kernel \| 4 → 8 /m);

      cpSync(join(cwd, 'model'), join(cwd, 'added'), { recursive: true });
      const added = use({ ...given, model: 'added' });
      assert.equal(added.failed, undefined);
      assert.ok(!existsSync(join(cwd, 'qgt-out/diff.md')));
    }));
});

/** Runs the steps, each whatever became of those before, as `if: always()` has it; says which failed first, with what it printed. */
function runAction(
  { folder, cwd, path }: { readonly folder: string; readonly cwd: string; readonly path: string },
  given: Readonly<Record<string, string>>,
) {
  const [summary, outputs] = ['summary.md', 'outputs'].map((name) => join(folder, name)) as [string, string];
  for (const file of [summary, outputs]) writeFileSync(file, '');
  const env = {
    HOME: folder,
    PATH: path,
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_BASE_REF: 'main',
    GITHUB_STEP_SUMMARY: summary,
    GITHUB_OUTPUT: outputs,
  };
  const filled = (text: string) =>
    text.replace(/\$\{\{ inputs\.(\w+) \}\}/g, (_, name: string) => {
      return given[name] ?? action.inputs[name]!.default!;
    });
  // The set-up has a test of its own, which takes minutes.
  const failed = action.runs.steps
    .filter(({ run, name }) => run !== undefined && name !== 'Native engine')
    .map(({ name, run, env: own }) => {
      const values = Object.fromEntries(Object.entries(own).map(([key, text]) => [key, filled(text)]));
      // As GitHub runs a step with `shell: bash`.
      const { status, stdout, stderr } = spawnSync(
        'bash',
        ['--noprofile', '--norc', '-eo', 'pipefail', '-c', run!],
        { cwd, env: { ...env, ...values }, encoding: 'utf8' },
      );
      return status === 0 ? undefined : `${name}: ${stdout}${stderr}`;
    })
    .find((each) => each !== undefined);
  return { failed, summary: readFileSync(summary, 'utf8'), outputs: readFileSync(outputs, 'utf8') };
}
