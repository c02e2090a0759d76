import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deserialize, serialize } from 'node:v8';
import type { CheckpointSlot } from '../../src/core/index.js';
import { keptSensitivity } from '../../src/mixed-precision/kept-sensitivity.js';
import type { Sensitivity } from '../../src/mixed-precision/sensitivity.js';

/** A slot as the disk has it. */
function slotOf(): CheckpointSlot {
  let kept: Buffer | undefined;
  return {
    load: async () => kept && deserialize(kept),
    isDue: () => true,
    save: async (state) => {
      kept = serialize(state);
    },
  };
}

const kernelsOf = (...names: string[]) =>
  names.map((name) => ({ kernel: { name }, widths: [{ bits: 2 }, { bits: 4 }] as const }));

const COSTS: Sensitivity = new Map([
  [
    'a',
    new Map([
      [2, 0.5],
      [4, Number.NaN],
    ]),
  ],
]);

describe('what layers were measured to cost', () => {
  it('is measured once, and then taken as it was kept', async () => {
    const slot = slotOf();
    let measured = 0;
    const measure = async () => {
      measured++;
      return COSTS;
    };
    for (let run = 0; run < 2; run++)
      assert.deepEqual(await keptSensitivity(slot, kernelsOf('a'), measure), COSTS);
    assert.equal(measured, 1);
    await keptSensitivity(undefined, kernelsOf('a'), measure);
    assert.equal(measured, 2);
  });

  it('of other kernels is refused', async () => {
    const slot = slotOf();
    await slot.save(COSTS);
    const unwanted = () => assert.fail('measured');
    await assert.rejects(keptSensitivity(slot, kernelsOf('a', 'b'), unwanted), /are of another model/);
    await slot.save('costs');
    await assert.rejects(keptSensitivity(slot, kernelsOf('a'), unwanted), /are of another model/);
  });
});
