import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { startEngine } from '../../src/engine/index.js';
import { evaluate } from '../../src/index.js';
import { compress } from '../validated.js';
import { digits, saveFewDigits, withFolder } from './digits.js';
import { saveArrays } from './saved-model.js';

/** A share of wrong decisions, counted without any of our metrics. */
const ERRORS = `export const better = 'lower';
export default ({ predictions, labels, width }) => {
  let wrong = 0;
  const largest = (values, row) => {
    const own = [...values.subarray(row * width, (row + 1) * width)];
    return own.indexOf(Math.max(...own));
  };
  const rows = labels.length / width;
  for (let row = 0; row < rows; row++) if (largest(predictions, row) !== largest(labels, row)) wrong++;
  return wrong / rows;
};`;

/** The squared error, taken for better where it is larger. */
const PERVERSE = `export const better = 'higher';
export default ({ predictions, labels }) =>
  predictions.reduce((sum, value, index) => sum + (value - labels[index]) ** 2, 0);`;

async function moduleIn(folder: string, text: string): Promise<string> {
  const path = join(folder, 'my-metric.mjs');
  await mkdir(folder, { recursive: true });
  await writeFile(path, text);
  return path;
}

const model = { model: digits.model, engine: 'embedded' } as const;

describe('--metric', () => {
  before(async () => void (await startEngine('embedded')));

  it('measures in place of accuracy: a module that counts errors has what is missing of it', () =>
    withFolder(async (folder) => {
      const metric = await moduleIn(folder, ERRORS);
      const usual = await evaluate({ ...model, data: digits.test });
      const own = await evaluate({ ...model, data: digits.test, metric });
      const [errors] = own.models[0]!.metrics;
      assert.equal(errors!.name, 'my-metric.mjs');
      assert.ok(Math.abs(errors!.value - (1 - usual.models[0]!.metrics[0]!.value)) < 1e-12);
    }));

  it('is what the report, its drop in percent of the float model, and limits are by', () =>
    withFolder(async (folder) => {
      const metric = await moduleIn(folder, ERRORS);
      const data = await saveFewDigits(100, folder);
      const { report } = await compress({
        ...{ ...model, data, eval: digits.test, bits: 1.58, epochs: 0, maxDrop: 50 },
        ...{ output: join(folder, 'out'), metric: { digit: metric } },
      });
      const { name, before, after, drop, scale } = report.metric!;
      assert.deepEqual([name, scale?.better], ['my-metric.mjs', 'lower']);
      assert.ok(after > before && before > 0);
      assert.ok(Math.abs(drop - 100 * (after / before - 1)) < 1e-9);
      const [check] = report.checks;
      assert.deepEqual([check!.rule, check!.value, check!.passed], ['max-drop', drop, drop <= 50]);
    }));

  it('decides between training and rounding, and between epochs', () =>
    withFolder(async (folder) => {
      const metric = await moduleIn(folder, PERVERSE);
      const data = await saveFewDigits(1000, folder);
      const output = join(folder, 'out');
      const { report } = await compress({
        ...model,
        data,
        bits: 2,
        epochs: 2,
        learningRate: 0.0003,
        metric,
        output,
      });
      const epoch = report.notes.find((each) => each.startsWith('kept the weights of')) ?? '';
      assert.match(
        epoch,
        /^kept the weights of epoch 1, which are better on held-out samples than the last$/,
      );
      const note = report.notes.find((each) => each.includes('only rounded')) ?? '';
      assert.match(
        note,
        /training was given up.* the drop of the metric is \S+ points, by rounding \S+ points$/,
      );
    }));

  it('refuses data without labels, and outputs that there are not', () =>
    withFolder(async (folder) => {
      const x = { values: new Float32Array(8 * 64), shape: [8, 8, 8, 1] };
      const data = await saveArrays({ x }, folder);
      await assert.rejects(evaluate({ ...model, data, against: digits.model, metric: 'f1' }), {
        code: 'usage',
        message: /no labels to measure a metric by, got f1; leave out --metric/,
      });
      await assert.rejects(evaluate({ ...model, data: digits.test, metric: ['mask=iou'] }), {
        code: 'usage',
        message: /--metric: no such output of the model, got mask, expected digit/,
      });
      await assert.rejects(compress({ ...model, metric: 'f1' }), {
        message: /metric: must be given with --data/,
      });
    }));

  it('that throws ends the run by the name of its module', () =>
    withFolder(async (folder) => {
      const metric = await moduleIn(folder, "export const better = 'higher';\nexport default () => oops;");
      await assert.rejects(evaluate({ ...model, data: digits.test, metric }), {
        code: 'bad-module',
        where: metric,
        message: /the metric failed: oops is not defined/,
      });
    }));
});
