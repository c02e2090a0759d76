import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../', import.meta.url));

/** A program of a user: what is optional may be given as undefined, and what the types forbid is an error. */
const CONSUMER = `
import { analyze, type CompressOptions, compress, diff, doctor, evaluate, exportModel, inspect } from 'qgt';
import { planCompression, QgtError, type Report, reportSchema, type RunControls, runSweep, runWorker, setUp, showSweep, sweep, type SweepReport } from 'qgt';
import { registerLayers } from 'qgt/layers';
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

const layersOnly = { loadLayersModel: async () => ({ layers: 3 }) };
const graphOnly = { loadGraphModel: async () => ({ nodes: 3 }) };
const tf = { ...layersOnly, ...graphOnly };
const model: { layers: number } = await loadQgt('model.qgt', { tf, kind: 'layers', fetch: undefined });
const graph: { nodes: number } = await loadQgt('model.qgt', { tf, kind: 'graph' });
const oneKind: [{ layers: number }, { nodes: number }] = [
  await loadQgt('model.qgt', { tf: layersOnly }),
  await loadQgt('model.qgt', { tf: graphOnly }),
];
const either: { layers: number } | { nodes: number } = await loadQgt('model.qgt', { tf });
registerLayers(null as never);
fromQgt(new Uint8Array(8), { onProgress: maybe<(share: number) => void>() });

// @ts-expect-error: no such option
await compress({ model: 'model.json', bit: 2 });
// @ts-expect-error: no such width
await compress({ model: 'model.json', bits: 9 });
// @ts-expect-error: a path is needed
await inspect({});
// @ts-expect-error: this tf loads no graph models
await loadQgt('model.qgt', { tf: layersOnly, kind: 'graph' });
// @ts-expect-error: either
either.layers;

export { accuracy, graph, model, oneKind, parsed, QgtError };
`;

/** The same with tfjs itself, whose declarations are at odds with themselves, so that those of libraries are skipped. */
const TFJS_CONSUMER = `
import * as layers from '@tensorflow/tfjs-layers';
import * as converter from '@tensorflow/tfjs-converter';
import { loadQgt } from 'qgt';
import { registerLayers } from 'qgt/layers';
import * as core from '@tensorflow/tfjs-core';

const tf = { ...core, ...layers, ...converter };
registerLayers(tf);
const model: layers.LayersModel = await loadQgt('model.qgt', { tf, kind: 'layers' });
const graph: converter.GraphModel = await loadQgt('model.qgt', { tf, kind: 'graph' });
const either: layers.LayersModel | converter.GraphModel = await loadQgt('model.qgt', { tf });
const one: layers.LayersModel = await loadQgt('model.qgt', { tf: layers });
export { either, graph, model, one };
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
    await writeFile(join(folder, 'tfjs.ts'), TFJS_CONSUMER);
    const script = pathToFileURL(join(root, 'scripts/write-declarations.js')).href;
    const written = JSON.stringify(join(folder, 'dist'));
    const code = `import { writeDeclarations } from '${script}'; writeDeclarations(${written});`;
    await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code], { cwd: root });
  });
  after(() => rm(folder, { recursive: true }));

  const check = async (file: string, options: object): Promise<void> => {
    const compilerOptions = { target: 'es2022', types: ['node'], strict: true, noEmit: true, ...options };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [file] }));
    assert.equal(await compile(folder, '-p', '.'), '');
  };

  for (const [module, moduleResolution, exact] of [
    ['nodenext', 'nodenext', true],
    ['esnext', 'bundler', false],
  ]) {
    it(`serve a program that checks those of libraries too, ${moduleResolution}, exactOptionalPropertyTypes ${exact}`, () =>
      check('consumer.ts', { module, moduleResolution, exactOptionalPropertyTypes: exact }));

    it(`give models the types of the caller's tfjs, ${moduleResolution}`, () =>
      check('tfjs.ts', { module, moduleResolution, skipLibCheck: true }));
  }
});
