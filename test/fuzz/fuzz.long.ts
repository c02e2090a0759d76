import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fuzz, shareOf } from './session.js';
import { targets } from './targets/index.js';

const INPUTS = 20_000;
const SEED = 1;

describe(`${INPUTS} mutated inputs end in a QgtError or in nothing bad`, () => {
  for (const target of targets)
    it(target.name, async () => {
      const inputs = shareOf(target, targets, INPUTS);
      const keepIn = join(tmpdir(), 'qgt-fuzz-findings');
      const tally = await fuzz(target, { seed: SEED, inputs, keepIn });
      assert.deepEqual(tally.findings, []);
      assert.equal(tally.inputs, inputs);
    });
});
