import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { parseInputRange } from '../../src/data/index.js';
import { startEngine, tf } from '../../src/engine/index.js';
import { halveHeldOut } from '../../src/session/samples/halve-held-out.js';
import { openSamples } from '../../src/session/samples/open-samples.js';
import { openSession } from '../../src/session/session.js';
import { withFolder } from '../pipeline/digits.js';
import { saveArrays, saveModel } from '../pipeline/saved-model.js';

const COUNT = 12_000;

describe('openSamples', () => {
  before(async () => void (await startEngine('embedded')));

  const cases: [string, { eval?: true; decidesDrop?: true }, number][] = [
    ['a tenth, half of it to measure on', {}, 1200],
    ['at most 1,000 beside a second set', { eval: true }, 1000],
    ['a tenth where a drop is decided by them', { eval: true, decidesDrop: true }, 1200],
  ];
  for (const [what, { eval: second, decidesDrop }, heldOut] of cases) {
    it(`holds out ${what}`, () =>
      withFolder(async (folder) => {
        const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3] })] });
        const file = await saveModel(model, folder);
        model.dispose();
        const values = new Float32Array(COUNT * 3);
        const data = await saveArrays({ x: { values, shape: [COUNT, 3] } }, folder);
        const session = await openSession({ model: file, require: [], engine: 'embedded' }, () => {});
        const samples = await openSamples(session, {
          data,
          eval: second && data,
          decidesDrop,
          purpose: 'train',
          seed: 0,
          synthesis: { worth: 'noise' },
          onProgress: () => {},
        });
        const { training, validation, epochChoice, comparison, evaluation, evaluatedOn } = samples;
        assert.equal(validation.order.length, heldOut);
        assert.equal(training.order.length, COUNT - heldOut);
        const halves = [...epochChoice!.order, ...comparison.order];
        assert.equal(comparison.order.length, heldOut / 2);
        assert.deepEqual(
          halves.sort((a, b) => a - b),
          validation.order,
        );
        if (second) assert.equal(evaluation.order.length, COUNT);
        else {
          assert.deepEqual(evaluation.order, comparison.order);
          assert.equal(evaluatedOn, `half of a seeded tenth of ${data}, held out`);
        }
        assert.equal(
          samples.notes.some((note) => /may have been trained on them: --eval/.test(note)),
          !second,
        );
        assert.equal(new Set([...training.order, ...validation.order]).size, COUNT);
        await samples.close();
        session.liveModel.dispose();
      }));
  }
});

describe('a single sample', () => {
  before(async () => void (await startEngine('embedded')));

  for (const [what, hasSecond, note] of [
    ['is measured on, and not called held out', false, /^too few .*: the figures are by those to train on$/],
    ['chooses where there is a second set to measure on', true, /^too few .*: the choices are by those to/],
  ] as const) {
    it(what, () =>
      withFolder(async (folder) => {
        const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3] })] });
        const file = await saveModel(model, folder);
        model.dispose();
        const data = await saveArrays({ x: { values: new Float32Array(3), shape: [1, 3] } }, folder);
        const session = await openSession({ model: file, require: [], engine: 'embedded' }, () => {});
        const samples = await openSamples(session, {
          data,
          eval: hasSecond ? data : undefined,
          purpose: 'train',
          seed: 0,
          synthesis: { worth: 'noise' },
          onProgress: () => {},
        });
        const { training, comparison, epochChoice, evaluation, evaluatedOn, notes } = samples;
        assert.deepEqual([training.order, comparison.order, evaluation.order], [[0], [0], [0]]);
        assert.equal(epochChoice, null);
        assert.equal(evaluatedOn, data);
        assert.equal(notes.filter((each) => note.test(each)).length, 1);
        assert.ok(!notes.some((each) => /held out of/.test(each)), notes.join());
        await samples.close();
        session.liveModel.dispose();
      }),
    );
  }
});

describe('halveHeldOut', () => {
  /** Samples of which the last so many are held out, each class a third as common as the one before. */
  const heldOut = (count: number) => {
    const classes = Int32Array.from({ length: count }, (_, index) =>
      Math.floor(Math.log(index + 1) / Math.log(3)),
    );
    const rows = {
      count,
      shape: [],
      dtype: 'int32' as const,
      read: async (indices: readonly number[]) => Float32Array.from(indices, (index) => classes[index]!),
      close: async () => {},
    };
    const dataset = {
      source: 'digits',
      count,
      inputs: [],
      labels: { kind: 'classes' as const, rows, names: [] },
      skipped: [],
      close: async () => {},
    };
    const validation = { dataset, order: Array.from({ length: count }, (_, index) => index) };
    const samples = {
      source: 'digits',
      training: validation,
      learning: 'kernels' as const,
      validation,
      evaluation: validation,
      evaluatedOn: 'all',
      ranges: [parseInputRange('as-is', 1)],
      heads: [],
      knownRanges: [],
      classes: null,
      skippedFiles: 0,
      labelWarning: null,
      notes: [],
      close: async () => {},
    };
    return { samples, classes };
  };

  it('halves each class, and is the same for the same seed only', async () => {
    const { samples, classes } = heldOut(243);
    const { epochChoice, comparison } = await halveHeldOut(samples, 1);
    const countOf = ({ order }: { readonly order: readonly number[] }, wanted: number) =>
      order.filter((index) => classes[index] === wanted).length;
    for (const wanted of new Set(classes)) {
      const difference = countOf(epochChoice!, wanted) - countOf(comparison, wanted);
      assert.ok(Math.abs(difference) <= 1, `class ${wanted}: ${difference}`);
    }
    assert.deepEqual((await halveHeldOut(samples, 1)).comparison.order, comparison.order);
    assert.notDeepEqual((await halveHeldOut(samples, 2)).comparison.order, comparison.order);
  });

  it('leaves fewer than 100 whole: nothing chooses the epoch, which is said', async () => {
    const { samples } = heldOut(99);
    const { epochChoice, comparison, evaluation, evaluatedOn, notes } = await halveHeldOut(samples, 1);
    assert.equal(epochChoice, null);
    assert.equal(comparison.order.length, 99);
    assert.equal(evaluation, comparison);
    assert.equal(evaluatedOn, 'all');
    assert.match(notes.join(), /99 samples held out of digits, too few to choose an epoch/);
    assert.equal((await halveHeldOut(heldOut(100).samples, 1)).epochChoice!.order.length, 50);
  });
});
