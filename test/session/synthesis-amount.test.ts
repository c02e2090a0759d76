import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { synthesisAmount } from '../../src/session/samples/synthesis-amount.js';

const image = (side: number) => [{ shape: [side, side, 3], dtype: 'float32' as const, limit: null }];
const training = { worth: 'training' } as const;
const moved = { of: 'layers' as const, values: 1, canMove: true };
const samplesOf = ({ batches, batchSize }: { batches: number; batchSize: number }) => batches * batchSize;

describe('how many inputs are synthesised', () => {
  it('as many as the work allows, the same whatever the clock says; a slower engine makes fewer', () => {
    const small = { multiplications: 12.5e6, steps: 0, weights: 1e5, ...moved };
    const native = synthesisAmount(image(32), small, 'native', training);
    const measuring = { measured: { batches: 1, stepsShare: 0.25 }, measuredInputs: 256 };
    assert.deepEqual(native, {
      ...{ batchSize: 64, batches: 20, steps: 60, limit: undefined, note: null },
      ...measuring,
    });
    const embedded = synthesisAmount(image(32), small, 'embedded', training);
    assert.deepEqual([samplesOf(embedded), embedded.steps], [128, 24]);
    const measured = synthesisAmount(image(32), small, 'native', { worth: 'measurement' });
    assert.ok(samplesOf(measured) < samplesOf(native));
  });

  it('a large network gets few, moved a little; a huge input not more than memory holds', () => {
    const large = synthesisAmount(
      image(224),
      { multiplications: 4e9, steps: 0, weights: 1e5, ...moved },
      'native',
      training,
    );
    assert.deepEqual([samplesOf(large), large.steps], [91, 3]);
    const volume = [{ shape: [256, 256, 256, 1], dtype: 'float32' as const, limit: null }];
    const huge = synthesisAmount(
      volume,
      { multiplications: 9e10, steps: 0, weights: 1e5, ...moved },
      'embedded',
      training,
    );
    // Of 64 MiB each: as many as 2^24 values in a batch, and no step, which would take over two minutes.
    assert.deepEqual([huge.batchSize, samplesOf(huge), huge.steps], [1, 8, 0]);
    assert.equal(huge.measured.batches, 4);
    assert.match(huge.note!, /a single step takes 9.0e\+10 multiplications/);
    const asked = synthesisAmount(
      volume,
      { multiplications: 9e10, steps: 0, weights: 1e5, ...moved },
      'embedded',
      { ...training, steps: 1 },
    );
    assert.deepEqual([asked.steps, asked.note], [1, null]);
  });

  it('with a limit on the time, one batch is the least where nothing is trained', () => {
    const work = { multiplications: 4e9, steps: 0, weights: 1e5, ...moved };
    const leastOf = (worth: 'training' | 'measurement') =>
      synthesisAmount(image(224), work, 'native', { worth, maxMs: 1 }).limit!.leastBatches;
    assert.deepEqual([leastOf('measurement'), leastOf('training')], [1, 7]);
  });

  it('fewer steps are made to measure a model of a million weights, of several in smaller batches', () => {
    const amountFor = (weights: number) => {
      const work = { multiplications: 2e7, steps: 0, weights, ...moved };
      const { batchSize, steps } = synthesisAmount(image(64), work, 'native', { worth: 'measurement' });
      return [batchSize, steps];
    };
    assert.deepEqual([1e6, 2e6, 5e6].map(amountFor), [
      [64, 60],
      [64, 7],
      [16, 7],
    ]);
  });

  it('recurrent steps count by themselves', () => {
    const sequence = [{ shape: [500, 4], dtype: 'float32' as const, limit: null }];
    const few = synthesisAmount(
      sequence,
      { multiplications: 2e5, steps: 500, weights: 1e5, ...moved },
      'embedded',
      training,
    );
    const many = synthesisAmount(
      sequence,
      { multiplications: 2e5, steps: 0, weights: 1e5, ...moved },
      'embedded',
      training,
    );
    assert.ok(samplesOf(few) < samplesOf(many) / 4);
  });

  it('noise takes no work: as many as hold the usual number of values', () => {
    const measurement = { ...training, worth: 'measurement' } as const;
    const biases = { of: "a graph's biases" } as const;
    assert.equal(samplesOf(synthesisAmount(image(64), biases, 'embedded', measurement)), 1280);
    // A graph has few biases to train.
    assert.equal(samplesOf(synthesisAmount(image(64), biases, 'embedded', training)), 192);
    assert.equal(synthesisAmount(image(64), biases, 'embedded', training).steps, 0);
  });

  it('inputs that are not moved are as many as can be trained on', () => {
    const amountFor = (multiplications: number, worth: 'training' | 'measurement') => {
      const work = { multiplications, steps: 0, weights: 1e5, ...moved, canMove: false };
      return samplesOf(synthesisAmount(image(64), work, 'native', { worth }));
    };
    // 2.4e12 multiplications are 40 passes over 60 of 1e9.
    assert.deepEqual(
      [1e6, 1e9].map((work) => amountFor(work, 'training')),
      [1280, 60],
    );
    assert.equal(amountFor(1e9, 'measurement'), 1280);
    const kernels = (multiplications: number, side = 64) =>
      samplesOf(
        synthesisAmount(image(side), { of: "a graph's kernels", multiplications }, 'native', training),
      );
    assert.deepEqual(
      [1e6, 2.4e8, 1e12].map((work) => kernels(work)),
      [1280, 256, 8],
    );
    // 2 ** 25 values in whole batches of 64.
    assert.equal(kernels(1e6, 96), 1216);
  });

  it('what is asked for is made, unless it can not be held', () => {
    const wish = { ...training, samples: 100, steps: 7 };
    const { batches, batchSize, steps } = synthesisAmount(
      image(32),
      { multiplications: 1e12, steps: 0, weights: 1e5, ...moved },
      'embedded',
      wish,
    );
    assert.deepEqual([batches, batchSize, steps], [2, 64, 7]);
    assert.throws(
      () =>
        synthesisAmount(image(224), { of: "a graph's biases" }, 'native', {
          ...training,
          samples: 1_000_000,
        }),
      {
        code: 'usage',
        message:
          /--synthesis-samples: too many inputs of 150,528 values .* got 1000000, expected at most 1783/,
      },
    );
  });
});
