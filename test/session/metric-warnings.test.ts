import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { colourless } from '../../src/cli/colours.js';
import { reportScreen } from '../../src/cli/screens/report.js';
import { startEngine, tf } from '../../src/engine/index.js';
import type { CompressOptions } from '../../src/pipeline/options/commands.js';
import { html, markdown, type Report, reportSchema } from '../../src/report/index.js';
import { warningsOnMetric } from '../../src/session/index.js';
import { withFolder } from '../pipeline/digits.js';
import { saveArrays, saveModel } from '../pipeline/saved-model.js';
import { sampleReport } from '../report/sample-report.js';
import { compress } from '../validated.js';

const FEATURES = 16;

/** A softmax of a dense layer; a bias of `lead` on the first classes. */
function classifier({
  units = 4,
  scale = 1,
  lead = 0,
  leading = 1,
}: {
  units?: number;
  scale?: number;
  lead?: number;
  leading?: number;
} = {}): tf.LayersModel {
  const dense = tf.layers.dense({ units, inputShape: [FEATURES], activation: 'softmax' });
  const model = tf.sequential({ layers: [dense] });
  const kernel = tf.mul(tf.randomNormal([FEATURES, units], 0, 1, 'float32', 5), scale);
  const bias = Array.from({ length: units }, (_, unit) => (unit < leading ? lead : 0));
  dense.setWeights([kernel, tf.tensor1d(bias)]);
  return model;
}

/** A classifier of tokens: its inputs can't be moved, so that they stay as they are drawn. */
function ofTokens(scale: number): tf.LayersModel {
  const embed = tf.layers.embedding({ inputDim: 50, outputDim: 4, inputLength: 4 });
  const dense = tf.layers.dense({ units: 3, activation: 'softmax' });
  const model = tf.sequential({ layers: [embed, tf.layers.flatten(), dense] });
  embed.setWeights([tf.randomNormal([50, 4], 0, 1, 'float32', 6)]);
  dense.setWeights([tf.mul(tf.randomNormal([16, 3], 0, 1, 'float32', 7), scale), tf.zeros([3])]);
  return model;
}

/** Compresses a model by rounding alone, and checks that the report's warnings are in all that shows it. */
async function warningsOf(
  model: tf.LayersModel,
  options: Partial<CompressOptions> = {},
): Promise<{ readonly codes: readonly string[]; readonly report: Report }> {
  let written: Report | undefined;
  await withFolder(async (folder) => {
    const file = await saveModel(model, folder);
    model.dispose();
    const result = await compress({
      ...{ model: file, bits: 8, engine: 'embedded', epochs: 0, uniform: true },
      ...(options.data === undefined ? { synthesisSamples: 64, synthesisSteps: 20 } : {}),
      ...{ output: join(folder, 'out'), ...options },
    });
    const report = reportSchema.parse(JSON.parse(await readFile(join(folder, 'out', 'report.json'), 'utf8')));
    const style = { width: 10_000, colours: colourless, told: new Set<string>() };
    const pages = [
      reportScreen(report, result.files, style),
      markdown.render(report),
      await html.render(report),
    ];
    for (const { text } of report.warnings)
      for (const page of pages) assert.ok(page.includes(text.slice(0, 30)), `${text} is not in ${page}`);
    assert.equal(pages[0]!.match(/^warning: /gm)?.length ?? 0, report.warnings.length);
    written = report;
  });
  return { codes: written!.warnings.map(({ code }) => code), report: written! };
}

describe('warnings beside agreement', () => {
  before(async () => void (await startEngine('embedded')));

  it('there is none where the inputs cover the classes and the logits are near', async () => {
    const { codes, report } = await warningsOf(classifier());
    assert.deepEqual(codes, []);
    assert.equal(report.metric!.samples, 256);
    assert.equal(report.data.evalSamples, 256);
    const { answers, sqnrDb } = report.metric!.outputs[0]!;
    assert.equal(answers!.float.given, 4);
    assert.ok(answers!.float.commonest < 0.3);
    assert.ok(sqnrDb! > 30);
  });

  it('one-class and synthesis-stalled: no input can change the answer', async () => {
    const { codes } = await warningsOf(classifier({ scale: 1e-4, lead: 3 }));
    assert.deepEqual(codes, ['one-class', 'synthesis-stalled']);
  });

  it('missing-classes: two of twenty are ever an answer', async () => {
    const { codes } = await warningsOf(classifier({ units: 20, scale: 1e-3, lead: 9, leading: 2 }));
    assert.ok(codes.includes('missing-classes'), `${codes}`);
  });

  it('saturated: all answers are certain', async () => {
    assert.deepEqual((await warningsOf(ofTokens(50))).codes, ['saturated']);
    assert.deepEqual((await warningsOf(ofTokens(1))).codes, []);
  });

  it('noisy-outputs: most classes agree, the logits are far off', async () => {
    const { codes, report } = await warningsOf(classifier({ units: 2 }), { bits: 2 });
    assert.deepEqual(codes, ['noisy-outputs']);
    assert.ok(report.metric!.after > 0.8, `${report.metric!.after}`);
    assert.match(report.warnings[0]!.text, /logits of .* off by \d+\.\d %/);
  });

  it('few samples, and labels by chance, beside labels; one-class alone beside inputs without', () =>
    withFolder(async (folder) => {
      const values = Float32Array.from({ length: 200 * FEATURES }, (_, at) => Math.sin(at));
      const x = { values, shape: [200, FEATURES] };
      const y = { values: Float32Array.from({ length: 200 }, (_, at) => at % 2), shape: [200] };
      const labelled = await saveArrays({ x, y }, folder);
      const model = () => classifier({ units: 2, scale: 1e-4, lead: 9 });
      const strange = await warningsOf(model(), { data: labelled, eval: labelled });
      assert.deepEqual(strange.codes, ['unlike-labels']);
      assert.match(strange.report.warnings[0]!.text, /no better than chance/);
      const [first] = strange.report.advice;
      assert.equal(first!.kind, 'check', first!.text);
      const { codes, report } = await warningsOf(model(), { data: labelled });
      assert.deepEqual(codes, ['unlike-labels', 'few-samples']);
      assert.match(
        report.warnings[1]!.text,
        /^only 20 samples were measured \(.*\): accuracy may be off by 22 points by chance alone/,
      );
      const unlabelled = await saveArrays({ x }, folder);
      assert.deepEqual((await warningsOf(model(), { data: unlabelled, eval: unlabelled })).codes, [
        'one-class',
      ]);
    }));
});

it('few samples: the metric that is shown is named', () => {
  const metric = {
    ...sampleReport.metric!,
    against: 'float model' as const,
    name: 'r2',
    samples: 6,
    outputs: [],
  };
  const [warning] = warningsOnMetric(metric, { labelWarning: null });
  assert.match(warning!.text, /^only 6 samples were measured \(.*\): R2 may be chance/);
});
