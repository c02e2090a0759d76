import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { probabilitiesOf } from '../../src/metrics/forms.js';
import { divergenceMeter, lossMeter } from '../../src/metrics/loss-meter.js';

const close = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-6, `${actual}, ${expected}`);

describe('lossMeter', () => {
  it('of softmax outputs is the mean of -log p of the right class, over batches', () => {
    const meter = lossMeter({ kind: 'softmax' });
    meter.add(Float32Array.of(0.25, 0.75, 0.5, 0.5), Float32Array.of(0, 1, 1, 0), 2);
    meter.add(Float32Array.of(0.125, 0.875), Float32Array.of(1, 0), 2);
    close(meter.value(), (Math.log(4 / 3) + Math.log(2) + Math.log(8)) / 3);
  });

  it('of sigmoid outputs is the mean over the values', () => {
    const meter = lossMeter({ kind: 'sigmoid' });
    meter.add(Float32Array.of(0.25, 0.5), Float32Array.of(0, 1), 1);
    close(meter.value(), (Math.log(4 / 3) + Math.log(2)) / 2);
  });

  it('of plain values is the squared error as a share of their variance', () => {
    const meter = lossMeter({ kind: 'linear' });
    meter.add(Float32Array.of(1, 2, 3), Float32Array.of(1, 4, 0), 1);
    close(meter.value(), 13 / (1 + 16 - 25 / 3));
  });

  it('of a probability of 0 is large, not infinite', () => {
    const meter = lossMeter({ kind: 'softmax' });
    meter.add(Float32Array.of(0, 1), Float32Array.of(1, 0), 2);
    close(meter.value(), -Math.log(1e-7));
  });
});

describe('divergenceMeter', () => {
  it('of softmax outputs is the sum of p log(p / q) a row', () => {
    const meter = divergenceMeter({ kind: 'softmax' });
    meter.add(Float32Array.of(0.25, 0.75, 0.5, 0.5), Float32Array.of(0.5, 0.5, 0.5, 0.5), 2);
    close(meter.value(), (0.5 * Math.log(2) + 0.5 * Math.log(2 / 3)) / 2);
  });

  it('of plain values is the squared error in units of their variance', () => {
    const meter = divergenceMeter({ kind: 'linear' });
    meter.add(Float32Array.of(1, 3, 5), Float32Array.of(1, 3, 8), 1);
    close(meter.value(), 9 / (9 + 1 + 16));
  });

  it('is 0 where both say the same', () => {
    for (const kind of ['softmax', 'sigmoid', 'linear'] as const) {
      const meter = divergenceMeter({ kind });
      meter.add(Float32Array.of(0.3, 0.7), Float32Array.of(0.3, 0.7), 2);
      close(meter.value(), 0);
    }
  });
});

describe('probabilitiesOf', () => {
  it('is the softmax of each row of logits', () => {
    const [a, b, c, d] = probabilitiesOf(
      { kind: 'softmax', logits: true },
      Float32Array.of(Math.log(3), 0, 1000, 1000),
      2,
    );
    for (const [actual, expected] of [
      [a, 0.75],
      [b, 0.25],
      [c, 0.5],
      [d, 0.5],
    ] as const)
      close(actual!, expected);
  });

  it('leaves probabilities alone', () => {
    const values = Float32Array.of(0.2, 0.8);
    assert.equal(probabilitiesOf({ kind: 'softmax', logits: false }, values, 2), values);
  });
});
