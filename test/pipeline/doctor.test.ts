import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { doctor } from '../../src/pipeline/index.js';
import { skipWithoutNative } from '../engine/native-available.js';

const skip = await skipWithoutNative();

describe('doctor', () => {
  it('says what there is, and finds the embedded engine in order', async () => {
    const { node, cores, memoryBytes, engines } = await doctor({});
    assert.equal(`v${node}`, process.version);
    assert.ok(cores >= 1);
    assert.ok(memoryBytes.free <= memoryBytes.total, JSON.stringify(memoryBytes));
    const embedded = engines.find(({ name }) => name === 'embedded')!;
    assert.ok(embedded.works && embedded.stepMs > 0);
  });

  it('compares the two engines where both work', { skip }, async () => {
    const { engines, nativeSpeedup } = await doctor({});
    const [native, embedded] = engines.map((engine) => (engine.works ? engine.stepMs : Number.NaN));
    assert.equal(nativeSpeedup, embedded! / native!);
  });
});
