import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ChosenScore } from '../../src/metrics/scoring/index.js';
import type { Metric, MetricOutput, MetricRows } from '../../src/metrics/scoring/metric.js';
import { loadMetric } from '../../src/session/samples/load-metric.js';
import { temporaryFile } from '../data/temporary-folder.js';

const close = (actual: number, expected: number, within = 1e-6) =>
  assert.ok(Math.abs(actual - expected) < within, `${actual}, expected ${expected}`);
const oneHot = (classes: readonly number[], width: number) =>
  classes.flatMap((label) => Array.from({ length: width }, (_, column) => Number(column === label)));
const rowsOf = (predictions: readonly number[], labels: readonly number[], width: number): MetricRows => ({
  predictions: Float32Array.from(predictions),
  labels: Float32Array.from(labels),
  width,
});
const output = (width: number, decision: MetricOutput['decision']): MetricOutput => ({
  name: 'y',
  shape: [width],
  decision,
});

/** The value of a metric, the rows given in two batches. */
async function measured(name: string, rows: MetricRows, decision: MetricOutput['decision']): Promise<number> {
  const meter = (await loadMetric(name)).meter(output(rows.width, decision));
  const half = rows.width * Math.floor(rows.labels.length / rows.width / 2);
  for (const [from, to] of [
    [0, half],
    [half, rows.labels.length],
  ] as const)
    meter.add({
      ...rows,
      predictions: rows.predictions.subarray(from, to),
      labels: rows.labels.subarray(from, to),
    });
  return meter.value();
}

/** Worked examples of scikit-learn's documentation, f1_score, jaccard_score, roc_auc_score, mean_absolute_error; and Keras' MeanIoU. */
const published: [name: string, rows: MetricRows, decision: MetricOutput['decision'], expected: number][] = [
  ['f1', rowsOf(oneHot([0, 2, 1, 0, 0, 1], 3), oneHot([0, 1, 2, 0, 1, 2], 3), 3), 'largest', 0.8 / 3],
  ['f1', rowsOf([1, 0, 0, 0, 1, 1], [0, 0, 0, 1, 1, 1], 1), 'each', 2 / 3],
  ['iou', rowsOf(oneHot([0, 2, 1, 2], 3), oneHot([0, 1, 2, 2], 3), 3), 'largest', (1 + 0 + 1 / 3) / 3],
  ['iou', rowsOf([1, 1, 1, 1, 0, 0], [0, 1, 1, 1, 1, 0], 3), 'each', 2 / 3],
  ['iou', rowsOf(oneHot([0, 1, 0, 1], 2), oneHot([0, 0, 1, 1], 2), 2), 'largest', 1 / 3],
  ['auc', rowsOf([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1], 1), 'each', 0.75],
  ['mae', rowsOf([2.5, 0, 2, 8], [3, -0.5, 2, 7], 1), null, 0.5],
  ['mae', rowsOf([0, 2, -1, 2, 8, -5], [0.5, 1, -1, 1, 7, -6], 2), null, 0.75],
];

describe('built-in metrics', () => {
  for (const [name, rows, decision, expected] of published)
    it(`${name} is ${expected.toFixed(3)} on a published example, over batches`, async () =>
      close(await measured(name, rows, decision), expected));

  it('auc is the share of pairs in order, those of equal values counting half, over the classes', async () => {
    const sample = fc.record({
      values: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 3, maxLength: 3 }),
      label: fc.integer({ min: 0, max: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(sample, { minLength: 4, maxLength: 40 }), async (samples) => {
        const labels = samples.map(({ label }) => label);
        const present = [0, 1, 2].filter(
          (label) => labels.includes(label) && labels.some((other) => other !== label),
        );
        fc.pre(present.length > 0);
        const areas = present.map((column) => {
          const pairs = samples.flatMap((yes) =>
            samples
              .filter(({ label }) => yes.label === column && label !== column)
              .map((no) => (Math.sign(yes.values[column]! - no.values[column]!) + 1) / 2),
          );
          return pairs.reduce((sum, each) => sum + each, 0) / pairs.length;
        });
        const predictions = samples.flatMap(({ values }) => values);
        close(
          await measured('auc', rowsOf(predictions, oneHot(labels, 3), 3), 'largest'),
          areas.reduce((sum, area) => sum + area, 0) / areas.length,
        );
      }),
    );
  });

  it('top-5 counts the class among the five likeliest, of equal ones the first; rows without a class do not count', async () => {
    const six = [6, 5, 4, 3, 2, 1];
    const predictions = [...six, ...six, ...[1, 1, 1, 1, 1, 1], ...six];
    const labels = [...oneHot([4, 5, 4], 6), ...[0, 0, 0, 0, 0, 0]];
    close(await measured('top-5', rowsOf(predictions, labels, 6), 'largest'), 2 / 3);
  });

  it('a class that is neither label nor answer is left out of f1; rows without a class too', async () => {
    const rows = rowsOf([...oneHot([0, 1, 1], 4), 1, 0, 0, 0], [...oneHot([0, 1, 0], 4), 0, 0, 0, 0], 4);
    close(await measured('f1', rows, 'largest'), 2 / 3);
  });

  it('outputs that they can not be of are told', async () => {
    for (const [name, own, expected] of [
      ['f1', output(3, null), /decides between classes/],
      ['auc', output(1, null), /decides/],
      ['top-5', output(5, 'largest'), /6 or more classes/],
      ['top-5', output(8, 'each'), /one of 6/],
    ] as const)
      assert.match((await loadMetric(name)).unfit(own) ?? '', expected);
    for (const name of ['f1', 'auc', 'top-5', 'iou'])
      assert.equal((await loadMetric(name)).unfit(output(6, 'largest')), null);
    assert.equal((await loadMetric('mae')).unfit(output(1, null)), null);
  });

  it('an auc of labels that are all alike is an error that names the output', async () => {
    const score = new ChosenScore(await loadMetric('auc'), output(1, 'each'));
    score.add(rowsOf([0.1, 0.9], [1, 1], 1), Float32Array.of(0.1, 0.9));
    assert.throws(() => score.result(), {
      code: 'bad-data',
      message: /--metric auc, output y: it has no value on these samples, got NaN, expected labels of two/,
    });
  });
});

describe('the points of a metric', () => {
  const points = (metric: Metric, own: number[], reference: number[]) => {
    const score = new ChosenScore(metric, output(1, null));
    score.add(rowsOf(own, [1, 1], 1), Float32Array.from(reference));
    return score.result().scale;
  };

  it('are hundredths of a share, else hundredths of what the float model has, or of 1 where that is 0', async () => {
    const mae = await loadMetric('mae');
    assert.deepEqual(points(mae, [5, 5], [3, 3]), { better: 'lower', point: 0.02 });
    assert.deepEqual(points(mae, [5, 5], [1, 1]), { better: 'lower', point: 0.01 });
    const f1 = new ChosenScore(await loadMetric('f1'), output(1, 'each'));
    f1.add(rowsOf([1, 1], [1, 0], 1), Float32Array.of(1, 0));
    assert.deepEqual(f1.result().scale, { better: 'higher', point: 0.01 });
  });
});

describe('a metric of a module', () => {
  it('gets all predictions and labels, the width of a row and the name of the output', async (test) => {
    const text = `export const better = 'lower';
      export default (rows) => { globalThis.given = rows; return 0.5; };`;
    const path = await temporaryFile(test, 'my-metric.mjs', text);
    const metric = await loadMetric(path);
    const meter = metric.meter({ name: 'mask', shape: [2], decision: null });
    meter.add(rowsOf([1, 2], [3, 4], 2));
    meter.add(rowsOf([5, 6], [7, 8], 2));
    assert.deepEqual(
      [metric.name, metric.better, metric.isShare, meter.value()],
      ['my-metric.mjs', 'lower', false, 0.5],
    );
    assert.deepEqual(Object(globalThis).given, {
      predictions: Float32Array.of(1, 2, 5, 6),
      labels: Float32Array.of(3, 4, 7, 8),
      width: 2,
      output: 'mask',
    });
  });

  const unusable: [what: string, text: string, message: RegExp][] = [
    [
      'has no function',
      "export const better = 'higher';",
      /its export default must be a function; export default \(/,
    ],
    ['does not say what is better', 'export default () => 1;', /its export better must be higher or lower/],
    ['can not be loaded', 'import "./nowhere.mjs";', /the module cannot be loaded: /],
  ];
  for (const [what, text, message] of unusable)
    it(`that ${what} is refused by the name of its file`, async (test) => {
      const path = await temporaryFile(test, 'm.mjs', text);
      await assert.rejects(loadMetric(path), (error: Error & { where: string; code: string }) => {
        assert.deepEqual([error.code, error.where], ['usage', path]);
        assert.match(error.message, message);
        return true;
      });
    });

  const failing: [what: string, body: string, message: RegExp][] = [
    ['throws', "throw new Error('no rows');", /the metric failed: no rows; mend its function/],
    ['is not a number', 'return Number.NaN;', /the metric is no finite number, got NaN, expected a number/],
    ['is a promise', 'return Promise.resolve(1);', /got a promise, expected a number, at once/],
    ['is nothing', '', /got undefined/],
  ];
  for (const [what, body, message] of failing)
    it(`that ${what} ends in an error that names the file`, async (test) => {
      const text = `export const better = 'higher'; export default () => { ${body} };`;
      const path = await temporaryFile(test, 'm.mjs', text);
      const meter = (await loadMetric(path)).meter(output(1, null));
      meter.add(rowsOf([1], [1], 1));
      assert.throws(() => meter.value(), { code: 'bad-module', where: path, message });
    });

  it('of an unknown name or a missing file is told with what there is', async () => {
    await assert.rejects(
      loadMetric('f2'),
      /--metric: no such metric, got f2, expected f1, auc, top-5, mae, iou or/,
    );
    await assert.rejects(loadMetric(join('nowhere', 'm.mjs')), { code: 'not-found' });
  });
});
