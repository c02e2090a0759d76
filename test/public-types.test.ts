import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));

/** A program of a user: what is optional may be given as undefined, and what the types forbid is an error. */
const CONSUMER = `
import { analyze, type CompressOptions, compress, diff, doctor, evaluate, exportModel, inspect } from 'qgt';
import { planCompression, QgtError, type Report, reportSchema, type RunControls, runSweep, runWorker, setUp, showSweep, sweep, type SweepReport } from 'qgt';
import { fromQgt, loadQgt } from 'qgt/runtime';

declare function maybe<Value>(): Value | undefined;

const controls: RunControls = { signal: maybe<AbortSignal>(), onProgress: undefined };
const options: CompressOptions = {
  model: 'model.json',
  data: maybe<string>(),
  bits: maybe<2 | 4>(),
  epochs: maybe<number>(),
  maxBytes: maybe<number>(),
  classes: maybe<string[]>(),
  output: undefined,
};
const packed: { readonly report: Report; readonly files: readonly string[] } = await compress(options, controls);
await planCompression({ ...options, quantizer: maybe<string>() });
await analyze({ model: 'model.json', bitWidths: maybe<number[]>() }, controls);
const accuracy: number = (await evaluate({ model: 'model.qgt', data: maybe<string>() })).models[0]!.metrics[0]!.value;
await diff({ before: 'a', after: 'b', format: undefined });
await inspect({ model: 'model.qgt', require: undefined });
await exportModel({ model: 'model.qgt', to: 'tfjs', output: 'out', force: maybe<boolean>() });
await setUp({ prefix: maybe<string>() }, { signal: undefined });
await doctor({});
const swept: SweepReport = await sweep({ model: 'model.json', bits: [2, 4], maxDrop: maybe<number>() }, controls);
await runSweep({ folder: swept.folder, jobs: 2 });
await showSweep({ folder: swept.folder });
await runWorker({ server: 'redis://host', cache: maybe<string>() }, controls);
const parsed: Report = reportSchema.parse(packed.report);

const tf = { loadLayersModel: async () => ({ layers: 3 }) };
const model: { layers: number } = await loadQgt('model.qgt', { tf, kind: 'layers', fetch: undefined });
fromQgt(new Uint8Array(8), { onProgress: maybe<(share: number) => void>() });

// @ts-expect-error: no such option
await compress({ model: 'model.json', bit: 2 });
// @ts-expect-error: no such width
await compress({ model: 'model.json', bits: 9 });
// @ts-expect-error: a path is needed
await inspect({});

export { accuracy, model, parsed, QgtError };
`;

describe('the published types', () => {
  let folder: string;

  /** What the compiler says. */
  const compile = (cwd: string, ...args: string[]): Promise<string> =>
    new Promise((resolve) => {
      const script = join(root, 'node_modules/typescript/bin/tsc');
      // Several checkers check much of the same.
      const command = [script, ...args, '--checkers', '1'];
      execFile(process.execPath, command, { cwd }, (_, stdout, stderr) => resolve(stdout + stderr));
    });

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'qgt-test-'));
    await copyFile(join(root, 'package.json'), join(folder, 'package.json'));
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
    await writeFile(join(folder, 'consumer.ts'), CONSUMER);
    const dist = join(folder, 'dist');
    // The sources themselves are checked by `npm run types`.
    const declarations = ['--emitDeclarationOnly', '--noCheck', '--outDir', dist];
    assert.equal(await compile(root, '-p', 'tsconfig.build.json', ...declarations), '');
  });
  after(() => rm(folder, { recursive: true }));

  for (const exact of [true, false]) {
    it(`serve a strict program, exactOptionalPropertyTypes ${exact ? 'on' : 'off'}`, async () => {
      const compilerOptions = {
        target: 'es2022',
        module: 'nodenext',
        types: ['node'],
        strict: true,
        exactOptionalPropertyTypes: exact,
        noEmit: true,
      };
      const project = { compilerOptions, files: ['consumer.ts'] };
      await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(project));
      // Types of tfjs are at odds with themselves, so most users skip those of libraries; ours bear a check.
      const lines = (await compile(folder, '-p', '.')).split('\n');
      const errors = lines.filter((line) => /^\S/.test(line) && !line.includes('node_modules/'));
      assert.deepEqual(errors, []);
    });
  }
});
