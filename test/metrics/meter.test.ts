import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decisionMeter, noiseMeter, r2Meter, targetArrays } from '../../src/metrics/meter.js';

describe('meters', () => {
  it('softmax decisions are counted by row, over batches', () => {
    const meter = decisionMeter('softmax');
    meter.add(Float32Array.of(0.1, 0.9, 0.8, 0.2), Float32Array.of(0, 1, 0, 1), 2);
    meter.add(Float32Array.of(0.6, 0.4), Float32Array.of(1, 0), 2);
    assert.equal(meter.value(), 2 / 3);
  });

  it('sigmoid decisions are counted by element', () => {
    const meter = decisionMeter('sigmoid');
    meter.add(Float32Array.of(0.1, 0.9, 0.4), Float32Array.of(0, 1, 1), 1);
    assert.equal(meter.value(), 2 / 3);
  });

  it('R2 of a worked example: 1 - SSE / SST', () => {
    const meter = r2Meter();
    meter.add(Float32Array.of(1.1, 1.9), Float32Array.of(1, 2), 1);
    meter.add(Float32Array.of(3.2), Float32Array.of(3), 1);
    assert.ok(Math.abs(meter.value() - (1 - 0.06 / 2)) < 1e-6);
  });

  it('R2 of the mean of every column is 0', () => {
    const meter = r2Meter();
    meter.add(Float32Array.of(2, 20, 2, 20), Float32Array.of(1, 10, 3, 30), 2);
    assert.ok(Math.abs(meter.value()) < 1e-12);
  });

  it('a hundredth of the energy as noise is 20 dB', () => {
    const meter = noiseMeter();
    meter.add(Float32Array.of(10, 0), Float32Array.of(10, 1));
    assert.equal(meter.value(), 20);
  });

  it('class labels become one-hot rows, or plain numbers for one column', () => {
    const kind = 'softmax' as const;
    assert.deepEqual([...targetArrays(Int32Array.of(2, 0), [{ shape: [3], kind }])[0]!], [0, 0, 1, 1, 0, 0]);
    assert.deepEqual([...targetArrays(Int32Array.of(1, 0), [{ shape: [1], kind: 'sigmoid' }])[0]!], [1, 0]);
  });
});
