import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { stepUnits } from '../../src/compression/fitting/step-units.js';
import type { Weight } from '../../src/core/index.js';
import { createRandom } from '../../src/core/index.js';
import { startCpu } from '../cpu-engine.js';

const weight = (name: string, kind: string, shape: number[], channelAxes: number[]): Weight => ({
  ...{ name, layer: name, kind, shape, role: 'kernel', channelAxes, edge: null, atOutput: false },
});

describe('the units of a kernel', () => {
  before(async () => void (await startCpu()));

  it('are 1 at the size of initialised weights, and follow each channel; tables that are looked up have none', () => {
    const random = createRandom(3);
    const scales = [1, 0.01, 0, 5];
    const values = Float32Array.from(
      { length: 3 * 3 * 64 * 4 },
      (_, i) => scales[i % 4]! * Math.sqrt(2 / (3 * 3 * 64)) * random.normal(),
    );
    const kernel = { name: 'k', shape: [3, 3, 64, 4], dtype: 'float32' as const, values };
    const table = { name: 't', shape: [2, 2], dtype: 'float32' as const, values: new Float32Array(4) };
    const weights = [weight('k', 'Conv2D', kernel.shape, [3]), weight('t', 'GatherV2', table.shape, [1])];
    const units = stepUnits(weights, [kernel, table]);
    assert.deepEqual([...units.keys()], ['k']);
    const unit = units.get('k')!;
    assert.deepEqual(unit.shape, [1, 1, 1, 4]);
    for (const [channel, value] of unit.dataSync().entries())
      assert.ok(
        Math.abs(value - scales[channel]!) <= 0.1 * scales[channel]!,
        `${value} of ${scales[channel]}`,
      );
  });
});
