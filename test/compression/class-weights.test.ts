import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { weightByClass } from '../../src/compression/fitting/class-weights.js';
import { type Dataset, openDataset } from '../../src/data/index.js';
import { npzBytes } from '../data/array-bytes.js';
import { refusal, specs } from '../data/specs.js';
import { temporaryFolder } from '../data/temporary-folder.js';
import { headOf } from '../output-heads.js';

/** Nine of class 0, one of class 1, none of class 2, three of class 3. */
const classes = [0, 0, 0, 3, 0, 0, 1, 0, 3, 0, 0, 3, 0];

async function open(test: TestContext, y: Int32Array | Float32Array, shape: number[]): Promise<Dataset> {
  const file = join(await temporaryFolder(test), 'data.npz');
  const x = new Float32Array(2 * classes.length);
  await writeFile(file, npzBytes({ x: [x, [classes.length, 2]], y: [y, shape] }));
  const dataset = await openDataset(file, specs([2], shape.length > 1 ? [1] : [4]));
  test.after(() => dataset.close());
  return dataset;
}

const numbers = (test: TestContext) => open(test, Int32Array.from(classes), [classes.length]);

async function weights(dataset: Dataset, classWeights: 'auto' | readonly number[] | undefined) {
  const order = classes.map((_, index) => index);
  const heads = [headOf('softmax', { shape: [4] })];
  return weightByClass({ samples: { training: { dataset, order }, heads }, options: { classWeights } });
}

/** What all samples of a class weigh together. */
const share = (found: Float32Array, label: number) =>
  found[label]! * classes.filter((each) => each === label).length;

function close(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-5, `${actual}, expected ${expected}`);
}

describe('weightByClass', () => {
  it('auto: a rare class counts as much as a common one, and the mean over the samples is 1', async (test) => {
    const found = await weights(await numbers(test), 'auto');
    for (const label of [0, 1, 3]) close(share(found!, label), classes.length / 3);
    assert.equal(found![2], 0, 'a class without samples');
  });

  it('a list: classes stand to each other as it says, and the mean over the samples is 1', async (test) => {
    const found = await weights(await numbers(test), [1, 4, 7, 2]);
    close(found![1]! / found![0]!, 4);
    close(found![3]! / found![0]!, 2);
    close(
      [0, 1, 3].reduce((sum, label) => sum + share(found!, label), 0),
      classes.length,
    );
  });

  it('zeros and ones beside a single unit are classes too', async (test) => {
    const y = Float32Array.from(classes, (label) => Number(label === 1));
    const dataset = await open(test, y, [classes.length, 1]);
    const order = classes.map((_, index) => index);
    const heads = [headOf('linear', { shape: [1], target: 'binary' })];
    const found = await weightByClass({
      samples: { training: { dataset, order }, heads },
      options: { classWeights: 'auto' },
    });
    const ones = y.filter((value) => value === 1).length;
    close(found![1]! * ones, classes.length / 2);
    close(found![0]! * (classes.length - ones), classes.length / 2);
  });

  it('left out, all samples count alike', async (test) => {
    assert.equal(await weights(await numbers(test), undefined), undefined);
  });

  for (const list of [
    [1, 2, 3],
    [1, 2, 3, 4, 5],
  ]) {
    it(`${list.length} weights for 4 classes are refused`, async (test) => {
      const found = weights(await numbers(test), list);
      await assert.rejects(found, refusal('usage', '--class-weights', `${list.length}`, '4'));
    });
  }

  it('labels that are no classes are refused', async (test) => {
    const values = await open(
      test,
      Float32Array.from(classes, (label) => label / 2),
      [classes.length, 1],
    );
    await assert.rejects(
      weights(values, 'auto'),
      refusal('usage', '--class-weights', 'no classes', 'values'),
    );
  });
});
