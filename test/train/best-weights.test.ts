import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import * as tf from '../../src/engine/tf.js';
import { advantageOf, BestWeights } from '../../src/train/best-weights.js';
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
  best.restore();
  const value = weight.dataSync()[0]!;
  best.dispose();
  weight.dispose();
  return { epoch, value };
}

describe('BestWeights', () => {
  before(async () => void (await startCpu()));

  it('keeps the best of the states that were offered, the latest of equals', () => {
    assert.deepEqual(keptOf([{ score: 1 }, { score: 3 }, { score: 2 }]), {
      epoch: 2,
      value: 2,
    });
    assert.equal(keptOf([{ score: 3 }, { score: 3 }, { score: 2 }]).epoch, 2);
    assert.equal(keptOf([{ score: 1 }, { score: Number.NaN }]).epoch, 1);
  });

  it('takes no state that is too large, and has none where all are; the variables then stay as they are', () => {
    const offers = [{ score: 1 }, { score: 2 }, { score: 3, fits: false }];
    assert.deepEqual(keptOf(offers), { epoch: 2, value: 2 });
    assert.deepEqual(keptOf([{ score: 1, fits: false }]), { epoch: null, value: 1 });
  });

  it('has the advantage over the last state where it did better, or the last one is too large', () => {
    assert.equal(advantageOf({ best: 2, last: 2, isLastSmallEnough: true }), null);
    assert.match(advantageOf({ best: 2, last: 1, isLastSmallEnough: true })!, /better on held-out samples/);
    assert.match(advantageOf({ best: 1, last: 2, isLastSmallEnough: false })!, /within the size/);
    const scored = { best: 2, last: 1, isLastSmallEnough: true, scoredBy: 'the loss' };
    assert.match(advantageOf(scored)!, /than the last, by the loss$/);
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
