import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { createRandom } from '../../src/core/index.js';
import { startEngine, tf } from '../../src/engine/index.js';
import { evaluate } from '../../src/pipeline/evaluate.js';
import { openSamples } from '../../src/session/samples/open-samples.js';
import { openSession } from '../../src/session/session.js';
import { withFolder } from '../pipeline/digits.js';
import { saveModel } from '../pipeline/saved-model.js';

const COUNT = 300;

/** A table by columns, and the one that is the label of `model`. */
interface Table {
  readonly columns: Readonly<Record<string, readonly number[]>>;
  readonly label: string;
  readonly model: () => tf.LayersModel;
}

const unit = (kernel: number[], bias: number, activation: 'sigmoid' | 'linear') => () =>
  tf.sequential({
    layers: [
      tf.layers.dense({
        units: 1,
        activation,
        inputShape: [kernel.length],
        weights: [tf.tensor2d(kernel, [kernel.length, 1]), tf.tensor1d([bias])],
      }),
    ],
  });

const random = createRandom(11);
const column = (value: (n: number) => number) => Array.from({ length: COUNT }, (_, n) => value(n));
const normals = () => column(() => Math.round(1000 * random.normal()) / 1000);
const bits = () => column(() => random.below(2));

/** Passengers: their class is a feature, of which most are 1 and more than a sigmoid says. */
function passengers(label: 'survived' | 'price'): Table {
  const [age, fare] = [normals(), normals()];
  const level = column(() => 1 + random.below(3));
  const logit = column((n) => 10 * (age[n]! - level[n]! + 2 + fare[n]!));
  const values = { survived: logit.map((value) => Number(value > 0)), price: logit };
  return {
    columns: { age, class: level, fare, [label]: values[label] },
    label,
    model: unit([10, -10, 10], 20, label === 'survived' ? 'sigmoid' : 'linear'),
  };
}

/** Votes: the class stands first, and the last vote goes with it more often than not. */
function votes(): Table {
  const [first, second] = [bits(), bits()];
  const party = first.map((vote, n) => (second[n] === 1 && n % 3 === 0 ? 0 : vote));
  const last = party.map((side, n) => (n % 8 === 0 ? 1 - side : side));
  const model = unit([10, 0, 10], -15, 'sigmoid');
  return {
    columns: { class: first.map((a, n) => Number(a + last[n]! > 1)), a: first, b: second, c: last },
    label: 'class',
    model,
  };
}

const csvOf = ({ columns }: Table): string => {
  const rows = column((n) => n).map((n) =>
    Object.values(columns)
      .map((values) => values[n]!)
      .join(','),
  );
  return `${[Object.keys(columns).join(','), ...rows].join('\n')}\n`;
};

/** Accuracy or R2 of the model in stock tfjs, by the label that the table has. */
function figureOfStock({ columns, label, model }: Table): number {
  const live = model();
  const features = Object.entries(columns).filter(([name]) => name !== label);
  const answers = tf.tidy(() => {
    const rows = column((n) => n).map((n) => features.map(([, values]) => values[n]!));
    return [...(live.predict(tf.tensor2d(rows)) as tf.Tensor).dataSync()];
  });
  live.dispose();
  const wanted = columns[label]!;
  if (label !== 'price')
    return answers.filter((answer, n) => answer >= 0.5 === wanted[n]! >= 0.5).length / COUNT;
  const mean = wanted.reduce((sum, value) => sum + value) / COUNT;
  const squares = (values: number[]) => values.reduce((sum, value) => sum + value ** 2, 0);
  return (
    1 - squares(wanted.map((value, n) => value - answers[n]!)) / squares(wanted.map((value) => value - mean))
  );
}

async function evaluated(table: Table, options: { labelColumn?: string } = {}) {
  return withFolder(async (folder) => {
    const live = table.model();
    const model = await saveModel(live, folder);
    live.dispose();
    const data = join(folder, 'data.csv');
    await writeFile(data, csvOf(table));
    return evaluate({ model, data, engine: 'embedded', ...options });
  });
}

describe('the label column of a table', () => {
  before(async () => void (await startEngine('embedded')));

  const cases: [string, Table, RegExp][] = [
    [
      'is no feature called class, whose values a sigmoid never has',
      passengers('survived'),
      /^label column: survived, .*class doesn't fit the output.*--label-column/,
    ],
    [
      'is no feature called class that the model says nothing of',
      passengers('price'),
      /^label column: price, .*price R2 1\.000, class R2 (-|below).*--label-column/,
    ],
    [
      'is one called class that the model is right by, where the last fits too',
      votes(),
      /^label column: class, .*class accuracy 100\.0 %, c accuracy .*--label-column/,
    ],
  ];
  for (const [what, table, note] of cases) {
    it(what, async () => {
      const { models, notes } = await evaluated(table);
      const expected = figureOfStock(table);
      assert.ok(expected > 0.99);
      assert.ok(
        Math.abs(models[0]!.metrics[0]!.value - expected) < 1e-5,
        `${models[0]!.metrics[0]!.value}, not ${expected}`,
      );
      assert.ok(
        notes.some((text) => note.test(text)),
        notes.join('\n'),
      );
    });
  }

  it('is the one that --label-column names, and no other is tried', async () => {
    const table = passengers('survived');
    const { survived, ...features } = table.columns;
    const moved = {
      ...table,
      columns: { age: features.age!, survived: survived!, class: features.class!, fare: features.fare! },
    };
    const { models, notes } = await evaluated(moved, { labelColumn: 'survived' });
    assert.equal(models[0]!.metrics[0]!.value, figureOfStock(moved));
    assert.deepEqual(notes, ['label column: survived']);
  });

  it('has the same name in the data to measure on', () =>
    withFolder(async (folder) => {
      const table = votes();
      const live = table.model();
      const model = await saveModel(live, folder);
      live.dispose();
      const { class: party, ...features } = table.columns;
      const other = { ...table, columns: { a: features.a!, b: features.b!, class: party!, c: features.c! } };
      const [data, second] = [join(folder, 'data.csv'), join(folder, 'eval.csv')];
      await writeFile(data, csvOf(table));
      await writeFile(second, csvOf(other));
      const session = await openSession({ model, require: [], engine: 'embedded' }, () => {});
      const samples = await openSamples(session, {
        data,
        eval: second,
        purpose: 'train',
        seed: 0,
        synthesis: { worth: 'noise' },
        onProgress: () => {},
      });
      assert.deepEqual(samples.evaluation.dataset.labelColumns, ['class']);
      await samples.close();
      session.liveModel.dispose();
    }));
});
