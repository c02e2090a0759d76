import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, it } from 'node:test';
import { openDataset } from '../../src/data/index.js';
import { classesOf, refusal, specs, targetsOf, valuesOf } from './specs.js';
import { temporaryFolder } from './temporary-folder.js';

const DATA = resolve(import.meta.dirname, '..', '..', '..', 'shared', 'data');

/** How often each class occurs. */
function countsOf(classes: readonly number[]): number[] {
  const counts: number[] = [];
  for (const label of classes) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}

describe('shared data', () => {
  it('is there', () => assert.ok(existsSync(DATA), `${DATA} is missing`));

  it('MNIST', async () => {
    const options = specs([28, 28, 1], [10]);
    const folder = join(DATA, 'mnist');
    await assert.rejects(openDataset(folder, options), refusal('bad-data', 'train-images', 't10k-images'));
    const train = await openDataset(join(folder, 'train-images-idx3-ubyte.gz'), options);
    // The counts of the original, as published with it.
    assert.deepEqual(
      countsOf(await classesOf(train)),
      [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949],
    );
    await train.close();
    const test = await openDataset(join(folder, 't10k-images-idx3-ubyte.gz'), options);
    assert.deepEqual(
      countsOf(await classesOf(test)),
      [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009],
    );
    await test.close();
  });

  it('California housing', async () => {
    for (const [part, count] of [
      ['train', 16_512],
      ['test', 4128],
    ] as const) {
      const dataset = await openDataset(join(DATA, 'california_housing', `x_${part}.npz`), specs([8], [1]));
      assert.equal(dataset.count, count);
      assert.equal((await valuesOf(dataset.inputs[0]!)).length, 8 * count);
      const [prices] = await targetsOf(dataset);
      assert.deepEqual(
        prices!.filter((price) => price < 10_000 || price > 600_000),
        [],
      );
      await dataset.close();
    }
  });

  const ARCHIVES = [
    {
      name: 'cifar10',
      size: 32,
      classes: ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'],
      train: Array.from({ length: 10 }, () => 5000),
      test: Array.from({ length: 10 }, () => 1000),
    },
    { name: 'person96', size: 96, classes: ['no_person', 'person'], train: [3362, 1915], test: [753, 501] },
  ] as const;
  for (const { name, size, classes, ...counts } of ARCHIVES) {
    it(name, async (test) => {
      const folder = await temporaryFolder(test);
      execFileSync('tar', ['xzf', join(DATA, `${name}.tar.gz`), '-C', folder]);
      const options = specs([size, size, 3], [classes.length]);
      await assert.rejects(openDataset(join(folder, name), options), refusal('bad-data', '--eval'));
      for (const part of ['train', 'test'] as const) {
        const start = performance.now();
        const dataset = await openDataset(join(folder, name, part), options);
        test.diagnostic(
          `${name}/${part}: ${dataset.count} images in ${Math.round(performance.now() - start)} ms`,
        );
        assert.deepEqual(dataset.labels.kind === 'classes' && dataset.labels.names, classes);
        assert.deepEqual(countsOf(await classesOf(dataset)), counts[part]);
        assert.deepEqual(dataset.skipped, []);
        await dataset.close();
      }
    });
  }
});
