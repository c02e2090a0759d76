import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { createRandom, type ProgressEvent, shuffledIndices } from '../../src/core/index.js';
import { startEngine, tf } from '../../src/engine/index.js';
import { evaluate } from '../../src/pipeline/evaluate.js';
import { planCompression } from '../../src/pipeline/plan-compression.js';
import { withFolder } from '../pipeline/digits.js';
import { saveArrays, saveModel } from '../pipeline/saved-model.js';
import { analyze, compress } from '../validated.js';

const COUNT = 300;
const WIDTH = 6;

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

/** A model with one dense layer, of seeded weights. */
function model(units: number, activation: 'softmax' | 'sigmoid' | 'linear'): tf.LayersModel {
  const random = createRandom(5);
  const kernel = Float32Array.from({ length: WIDTH * units }, () => 3 * random.normal());
  const weights = [tf.tensor2d(kernel, [WIDTH, units]), tf.zeros([units])];
  return tf.sequential({ layers: [tf.layers.dense({ units, activation, inputShape: [WIDTH], weights })] });
}

/** Inputs, and what stock tfjs answers them with: all outputs of each. */
function samples(live: tf.LayersModel, count = COUNT): { x: Float32Array; answers: number[][] } {
  const random = createRandom(9);
  const x = Float32Array.from({ length: count * WIDTH }, () => random.normal());
  const answers = tf.tidy(() => (live.predict(tf.tensor2d(x, [count, WIDTH])) as tf.Tensor2D).arraySync());
  return { x, answers };
}

const largest = (values: readonly number[]) => values.indexOf(Math.max(...values));

interface Case {
  readonly live: tf.LayersModel;
  /** As text, for a table; numbers are targets or classes of an .npz. */
  readonly labels: readonly (string | number)[];
  readonly x: Float32Array;
}

async function save({ live, labels, x }: Case, folder: string): Promise<{ model: string; data: string }> {
  const file = await saveModel(live, folder);
  if (typeof labels[0] === 'number') {
    const y = { values: Float32Array.from(labels as number[]), shape: [labels.length] };
    return {
      model: file,
      data: await saveArrays({ x: { values: x, shape: [labels.length, WIDTH] }, y }, folder),
    };
  }
  const rows = labels.map((label, n) => [...x.subarray(n * WIDTH, (n + 1) * WIDTH), label].join(','));
  const data = join(folder, 'data.csv');
  await writeFile(
    data,
    [
      `${range(WIDTH)
        .map((k) => `x${k}`)
        .join(',')},label`,
      ...rows,
      '',
    ].join('\n'),
  );
  return { model: file, data };
}

/** What `eval` reports: the metric, warnings on screen and notes. */
async function evaluated(made: Case, classes?: string[]) {
  return withFolder(async (folder) => {
    const warnings: string[] = [];
    const onProgress = (event: ProgressEvent) => void (event.kind === 'warning' && warnings.push(event.text));
    const options = { ...(await save(made, folder)), engine: 'embedded' as const, classes };
    const { models, notes } = await evaluate(options, { onProgress });
    for (const text of warnings) assert.ok(notes.includes(text));
    return { value: models[0]!.metrics[0]!.value, warnings };
  });
}

describe('a check of the labels', () => {
  before(async () => void (await startEngine('embedded')));

  it('says nothing where the model is right', async () => {
    for (const [units, activation] of [
      [4, 'softmax'],
      [1, 'sigmoid'],
    ] as const) {
      const live = model(units, activation);
      const { x, answers } = samples(live);
      const labels = answers.map((row) => (units === 1 ? Number(row[0]! >= 0.5) : largest(row)));
      assert.deepEqual(await evaluated({ live, labels, x }), { value: 1, warnings: [] });
    }
    const live = model(1, 'linear');
    const { x, answers } = samples(live);
    assert.deepEqual((await evaluated({ live, labels: answers.map(([value]) => value!), x })).warnings, []);
  });

  it('names the order of the classes by which the model is right, and the way out leads there', async () => {
    const live = model(4, 'softmax');
    const { x, answers } = samples(live);
    // Sorted: ant, bee, cat, dog; the outputs are cat, ant, dog, bee.
    const outputs = ['cat', 'ant', 'dog', 'bee'];
    const labels = answers.map((row) => outputs[largest(row)]!);
    const { value, warnings } = await evaluated({ live, labels, x });
    const asSorted = answers.filter(
      (row, n) => ['ant', 'bee', 'cat', 'dog'][largest(row)] === labels[n],
    ).length;
    assert.equal(value, asSorted / COUNT);
    assert.match(
      warnings.join('\n'),
      /right on 0\.0 % of 300 samples, but on 100\.0 % .*its output 2 is mostly your class 'dog'.*; give --classes cat,ant,dog,bee$/,
    );
    assert.deepEqual(await evaluated({ live, labels, x }, outputs), { value: 1, warnings: [] });
  });

  it('names what was exchanged alone, and how to number classes that have no names', async () => {
    const live = model(4, 'softmax');
    const { x, answers } = samples(live);
    const labels = answers.map((row) => [0, 3, 2, 1][largest(row)]!);
    const { warnings } = await evaluated({ live, labels, x });
    assert.match(
      warnings.join('\n'),
      /: its output 1 is mostly your class 3, its output 3 is mostly your class 1; renumber the labels: 3 to 1, 1 to 3$/,
    );
  });

  it('sees a single output the other way round', async () => {
    for (const activation of ['sigmoid', 'linear'] as const) {
      const live = model(1, activation);
      const { x, answers } = samples(live);
      const labels = answers.map(([value]) => Number(value! < (activation === 'sigmoid' ? 0.5 : 0)));
      const { warnings } = await evaluated({ live, labels, x });
      assert.match(
        warnings.join('\n'),
        /right on 0\.0 % .*its answer 0 is mostly your class 1, its answer 1 is mostly your class 0; renumber/,
      );
    }
  });

  it('calls chance what labels without a meaning give, and names the bound', async () => {
    const live = model(4, 'softmax');
    const { x, answers } = samples(live);
    const mixed = shuffledIndices(COUNT, createRandom(1));
    const labels = answers.map((_, n) => largest(answers[mixed[n]!]!));
    const { value, warnings } = await evaluated({ live, labels, x });
    const counts = range(4).map((k) => labels.filter((label) => label === k).length);
    const most = largest(counts);
    const [right, always] = [value, counts[most]! / COUNT].map((share) => `${(100 * share).toFixed(1)} %`);
    assert.match(
      warnings.join('\n'),
      new RegExp(
        `right on ${right} of 300 samples, no better than chance: answering ${most} each time is right on ${always}, with luck \\(1 in 100\\) on `,
      ),
    );
  });

  it('takes no luck for an order where there are more classes than a sample each would tell apart', async () => {
    const live = model(200, 'softmax');
    const { x } = samples(live);
    const random = createRandom(2);
    const labels = range(COUNT).map(() => random.below(200));
    const { warnings } = await evaluated({ live, labels, x });
    assert.doesNotMatch(warnings.join('\n'), /another order/);
  });

  it('says nothing of so few samples that luck could have all of them right', async () => {
    const live = model(1, 'sigmoid');
    const { x, answers } = samples(live, 6);
    const labels = answers.map(([value], n) => (n < 3 ? Number(value! >= 0.5) : Number(value! < 0.5)));
    assert.deepEqual((await evaluated({ live, labels, x })).warnings, []);
  });

  it('says where the mean of the labels would do as well', async () => {
    const live = model(1, 'linear');
    const { x, answers } = samples(live);
    const labels = answers.map(([value]) => value! + 100);
    const { value, warnings } = await evaluated({ live, labels, x });
    const mean = labels.reduce((sum, label) => sum + label) / COUNT;
    const variance = labels.reduce((sum, label) => sum + (label - mean) ** 2, 0) / COUNT;
    assert.ok(Math.abs(value - (1 - 100 ** 2 / variance)) < 0.01 * Math.abs(value));
    assert.match(warnings.join('\n'), /^R2 of the float model is (-\d+\.\d{3}|below -100) on 300 samples/);
  });

  it('names the output of several whose mean would do as well', () =>
    withFolder(async (folder) => {
      const input = tf.input({ shape: [WIDTH] });
      const heads = ['near', 'far'].map((name) => tf.layers.dense({ units: 1, name }).apply(input));
      const live = tf.model({ inputs: input, outputs: heads as tf.SymbolicTensor[] });
      const { x } = samples(model(1, 'linear'));
      const answers = tf.tidy(() =>
        (live.predict(tf.tensor2d(x, [COUNT, WIDTH])) as tf.Tensor[]).map((output) => [...output.dataSync()]),
      );
      const [y0, y1] = answers.map((values, n) => ({
        values: Float32Array.from(values, (value) => value + 100 * n),
        shape: [COUNT, 1],
      }));
      const data = await saveArrays({ x: { values: x, shape: [COUNT, WIDTH] }, y0: y0!, y1: y1! }, folder);
      const { notes } = await evaluate({ model: await saveModel(live, folder), data, engine: 'embedded' });
      assert.match(
        notes.join('\n'),
        /R2 of the float model is (-\d+\.\d{3}|below -100) on output far on 300 samples/,
      );
    }));

  it('goes by the float model that a spoilt file is held against, whichever is named first', () =>
    withFolder(async (folder) => {
      const live = model(4, 'softmax');
      const { x, answers } = samples(live);
      const paths = await save({ live, labels: answers.map(largest), x }, folder);
      const spoilt = model(4, 'softmax');
      const [kernel, bias] = spoilt.getWeights();
      spoilt.setWeights([tf.neg(kernel!), bias!]);
      const [packed, other] = [join(folder, 'packed'), join(folder, 'spoilt')];
      await mkdir(other);
      const job = { model: await saveModel(spoilt, other), output: packed } as const;
      await compress({ ...job, bits: 8, epochs: 0, engine: 'embedded' });
      const file = join(packed, 'model.qgt');
      for (const [one, against] of [
        [file, paths.model],
        [paths.model, file],
      ] as const) {
        const warnings: string[] = [];
        const { models, drop } = await evaluate(
          { model: one, against, data: paths.data, engine: 'embedded' },
          { onProgress: (event) => void (event.kind === 'warning' && warnings.push(event.text)) },
        );
        assert.deepEqual(warnings, []);
        assert.equal(models.length, 2);
        assert.ok(drop![0]!.points > 70, `${drop![0]!.points} points`);
      }
    }));

  it('is told by compress and analyze, on screen and in the report, and by --dry-run', () =>
    withFolder(async (folder) => {
      const live = model(4, 'softmax');
      const { x, answers } = samples(live);
      const paths = await save({ live, labels: answers.map((row) => 3 - largest(row)), x }, folder);
      for (const run of [
        (onProgress: (event: ProgressEvent) => void) =>
          compress(
            { ...paths, engine: 'embedded', output: join(folder, 'out'), bits: 4, epochs: 0 },
            { onProgress },
          ),
        (onProgress: (event: ProgressEvent) => void) =>
          analyze({ ...paths, engine: 'embedded' }, { onProgress }),
      ]) {
        const warnings: string[] = [];
        const { report } = await run((event) => void (event.kind === 'warning' && warnings.push(event.text)));
        const told = warnings.filter((text) => text.includes('in another order'));
        assert.equal(told.length, 1);
        assert.equal(report.warnings[0]!.text, told[0]);
        assert.ok(!report.notes.includes(told[0]!));
      }
      const plan = await planCompression({ ...paths, engine: 'embedded', bits: 4, epochs: 0 });
      assert.ok(plan.notes.some((text) => text.includes('in another order')));
    }));
});
