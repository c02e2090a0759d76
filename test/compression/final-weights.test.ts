import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type FinalWeight, finalWeights, quantizedOf } from '../../src/compression/file/final-weights.js';
import { floatWeights, planModel } from '../../src/compression/file/packing.js';
import { roundWeights } from '../../src/compression/file/rounding.js';
import { openSession, type Session } from '../../src/session/session.js';
import { optionsOf } from '../options.js';
import { digits } from '../pipeline/digits.js';

const RULES = optionsOf('analyze', {
  bits: 2,
  layer: { stem: 'float' },
  uniform: true,
  granularity: 'perTensor',
});
let session: Session;
let weights: FinalWeight[];

before(async () => {
  session = await openSession({ model: digits.model, require: [], engine: 'embedded' }, () => {});
  const { liveModel } = session;
  const plan = planModel(liveModel, RULES);
  weights = finalWeights(liveModel, roundWeights(floatWeights(liveModel), plan));
});
after(() => session.liveModel.dispose());

describe('finalWeights', () => {
  it('are all weights in their order, as they came in', () => {
    const { loaded } = session.liveModel;
    assert.equal(weights.length, loaded.weights.length);
    for (const { weight, before: float, stored, after: final } of weights) {
      const came = loaded.weights.find(({ name }) => name === weight.name)!;
      assert.deepEqual([...float.values], [...came.values], weight.name);
      assert.deepEqual([stored.name, final.name], [weight.name, weight.name]);
    }
  });

  it('have the values that their codes stand for', () => {
    const quantized = quantizedOf(weights);
    assert.equal(quantized.length, 4);
    for (const { weight, bits, quantizer, stored, after: final } of quantized) {
      assert.deepEqual([bits, quantizer.name], [2, 'uniform']);
      const { levels, scale } = stored.grid;
      const expected = Array.from(stored.codes, (code) => Math.fround(scale[0]! * levels[code]!));
      assert.deepEqual([...final.values], expected, weight.name);
    }
  });

  it('share the values of those that stayed in float', () => {
    const floats = weights.filter(({ bits }) => bits === null);
    assert.equal(floats.find(({ weight }) => weight.name === 'stem/kernel')?.reason, "--layer 'stem=float'");
    for (const { stored, after: final } of floats)
      assert.ok(stored.encoding === 'raw' && final.values === stored.values);
  });
});
