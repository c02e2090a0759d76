import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { runCli } from '../../../src/cli/index.js';
import { exporters } from '../../../src/export/index.js';
import { crc32 } from '../../../src/pack/crc32.js';
import type { PackedModel } from '../../../src/pack/index.js';
import {
  annotation,
  type Report,
  reporters,
  reportFormats,
  reportSchema,
} from '../../../src/report/index.js';
import { fakeIo } from '../../cli/fake-io.js';
import { checkedReport } from '../../report/sample-report.js';
import { hostileText } from '../hostile-text.js';
import * as rules from '../output-rules.js';
import type { Target } from '../target.js';

const TEXTS = 8;
const FORMATS = ['text', 'markdown', 'json'];

const CI = { env: { GITHUB_ACTIONS: 'true', TF_BUILD: 'True' } };

/** A report in which every name that a stranger chooses comes from `next`. */
function reportOf(next: () => string): Report {
  const { metric, layers, graph, checks, data, model } = checkedReport;
  return {
    ...checkedReport,
    model: { ...model, source: next(), writtenBy: next() },
    data: data && {
      ...data,
      source: next(),
      inputRanges: [{ input: next(), range: '0..1' }],
      classes: [next()],
    },
    metric: metric && {
      ...metric,
      on: next(),
      outputs: metric.outputs.map((each) => ({ ...each, output: next() })),
      classes: metric.classes?.map((each) => ({ ...each, name: next() })) ?? null,
    },
    warnings: [{ code: 'one-class', text: next() }],
    notes: [next(), next()],
    checks: checks.map((each) => ({ ...each, text: next() })),
    layers: layers.map((each) => ({
      ...each,
      name: next(),
      kind: next(),
      reason: next(),
      verdict: each.verdict && {
        ...each.verdict,
        reason: each.verdict.reason && next(),
        remedies: each.verdict.remedies.map((remedy) => ({ ...remedy, text: next(), option: next() })),
      },
    })),
    graph: graph.map((each) => ({ ...each, name: next(), kind: next(), weights: [] })),
  };
}

/** Each text in turn, for ever. */
function inTurn(texts: readonly string[]): () => string {
  let at = 0;
  return () => texts[at++ % texts.length]!;
}

/** Short names, and such as are broken into lines. */
const harmless = reportOf(inTurn(['name', 'many/parts_of.a long/name '.repeat(4)]));
const plainTexts = new Map<string, string>();

/** @param isWhole  Whether the page too, which takes five times as long as all else. */
async function checkFormats(report: Report, isWhole: boolean): Promise<void> {
  for (const { name, render } of reportFormats) {
    if (name === 'html' && !isWhole) continue;
    const text = await render(report);
    const plain = plainTexts.get(name) ?? (await render(harmless));
    plainTexts.set(name, plain);
    if (name === 'csv') rules.checkCsv(text, report.layers.length);
    else if (name === 'html') rules.checkHtml(text, plain);
    else if (name === 'markdown') rules.checkMarkdown(text, plain);
    else {
      rules.checkText(text);
      assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(report)));
    }
  }
}

function checkReporters(report: Report): void {
  for (const { name, tell } of reporters) {
    const [found, plain] = [report, harmless].map((each) => tell(each, CI.env, 'junit.xml'));
    rules.checkText(found!.log);
    assert.equal(found!.log.split('\n').length, plain!.log.split('\n').length);
    for (const line of found!.log.split('\n').filter(Boolean))
      assert.match(line, /^::(error|warning) title=[^:,]*::/);
    for (const [index, { text }] of found!.files.entries())
      if (name === 'junit') rules.checkXml(text, plain!.files[index]!.text);
  }
}

/** A packed model whose weights have these names, each once. */
const modelOf = (names: readonly string[]): PackedModel => ({
  kind: 'graph',
  topology: { node: [] },
  metadata: {},
  preprocessing: {},
  tensors: [...new Set(names)].map((name) => ({
    encoding: 'raw',
    name,
    shape: [1],
    dtype: 'float32',
    values: Float32Array.of(1),
  })),
});

async function checkExports(texts: readonly string[]): Promise<void> {
  const model = modelOf(texts);
  for (const exporter of exporters) {
    const { files, notes } = await exporter.export(model, {});
    for (const { path, bytes } of files) {
      assert.match(path, /^[\w.-]+$/);
      if (exporter.name === 'npz') rules.checkZip(bytes, model.tensors.length);
      if (exporter.name === 'c') rules.checkC(Buffer.from(bytes).toString());
    }
    assert.ok(notes.every((note) => typeof note === 'string'));
  }
}

/** Everything that a command line prints on both streams; an annotation of the error that ended it is its last line. */
async function checkLines(...argv: string[]): Promise<void> {
  const { io, out, err } = fakeIo(CI);
  const code = await runCli(argv, io);
  rules.checkLog(out());
  const lines = err().trimEnd().split('\n');
  const isTold = code === 2 && lines.at(-1)!.startsWith(annotation('error', 'qgt', '').trim());
  rules.checkLog((isTold ? lines.slice(0, -1) : lines).join('\n'));
  rules.checkText(err());
}

/** Names of strangers on their way to every output. */
export const names: Target = {
  name: 'names',
  share: 3,
  async setUp(folder) {
    const [before, after, model] = ['before.json', 'after.json', 'model.json'].map((name) =>
      join(folder, name),
    );
    return {
      make: (random) => Buffer.from(JSON.stringify(Array.from({ length: TEXTS }, () => hostileText(random)))),
      async run(input) {
        const texts = z.array(z.string()).parse(JSON.parse(Buffer.from(input).toString()));
        const report = reportSchema.parse(reportOf(inTurn(texts)));
        const draw = crc32(input);
        await checkFormats(report, draw % 16 === 0);
        checkReporters(report);
        await checkExports(texts);
        if (draw % 2 === 0) {
          await writeFile(before!, JSON.stringify(report));
          await writeFile(after!, JSON.stringify({ ...report, layers: report.layers.slice(1) }));
          await checkLines('diff', before!, after!, '--format', FORMATS[draw % FORMATS.length]!);
        } else {
          const weights = [1, 2].map(() => ({ name: texts[0], shape: [1], dtype: 'float32' }));
          const weightsManifest = [{ paths: [texts[1]], weights }];
          await writeFile(model!, JSON.stringify({ modelTopology: { node: [] }, weightsManifest }));
          await checkLines('inspect', model!);
          await checkLines('inspect', join(folder, 'models', texts[2]!), ...texts.slice(3, 3 + (draw % 3)));
        }
      },
    };
  },
};
