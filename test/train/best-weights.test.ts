import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import * as tf from '../../src/engine/tf.js';
import { BestWeights } from '../../src/train/best-weights.js';
import { startCpu } from '../cpu-engine.js';

/** Offers epochs 1, 2, ... with these scores, the epoch's number in the variable, and restores the best. */
function keptOf(offers: readonly { readonly score: number; readonly fits?: boolean }[]) {
  const weight = tf.variable(tf.scalar(0));
  const best = new BestWeights([weight]);
  for (const [index, { score, fits = true }] of offers.entries()) {
    const value = tf.scalar(index + 1);
    weight.assign(value);
    value.dispose();
    best.offer({ epoch: index + 1, score, fits });
  }
  const { epoch } = best;
  const advantage = best.advantage({ best: 1, last: 1 });
  best.restore();
  const value = weight.dataSync()[0]!;
  best.dispose();
  weight.dispose();
  return { epoch, value, advantage };
}

describe('BestWeights', () => {
  before(async () => void (await startCpu()));

  it('keeps the best of the states that were offered, the latest of equals', () => {
    assert.deepEqual(keptOf([{ score: 1 }, { score: 3 }, { score: 2 }]), {
      epoch: 2,
      value: 2,
      advantage: null,
    });
    assert.equal(keptOf([{ score: 3 }, { score: 3 }, { score: 2 }]).epoch, 2);
    assert.equal(keptOf([{ score: 1 }, { score: Number.NaN }]).epoch, 1);
  });

  it('takes no state that is too large, and has none where all are; the variables then stay as they are', () => {
    const offers = [{ score: 1 }, { score: 2 }, { score: 3, fits: false }];
    assert.deepEqual(keptOf(offers), { epoch: 2, value: 2, advantage: 'the best within the size' });
    assert.deepEqual(keptOf([{ score: 1, fits: false }]), {
      epoch: null,
      value: 1,
      advantage: 'the best within the size',
    });
  });

  it('has the advantage over the last state where it did better, or the last one is too large', () => {
    const best = new BestWeights([]);
    best.offer({ epoch: 1, score: 5, fits: true });
    assert.equal(best.advantage({ best: 2, last: 2 }), null);
    assert.match(best.advantage({ best: 2, last: 1 })!, /better on held-out samples/);
    best.offer({ epoch: 2, score: 6, fits: false });
    assert.match(best.advantage({ best: 1, last: 2 })!, /within the size/);
    best.offer({ epoch: 3, score: 4, fits: true });
    assert.equal(best.advantage({ best: 1, last: 2 }), null);
  });

  it('holds one state at a time, and none once disposed of', () => {
    const weight = tf.variable(tf.scalar(0));
    const best = new BestWeights([weight]);
    const empty = tf.memory().numTensors;
    for (const epoch of [1, 2, 3]) best.offer({ epoch, score: epoch, fits: true });
    assert.equal(tf.memory().numTensors, empty + 1);
    best.dispose();
    assert.equal(tf.memory().numTensors, empty);
    assert.equal(best.epoch, null);
  });
});
