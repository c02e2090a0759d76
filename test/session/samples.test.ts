import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { startEngine, tf } from '../../src/engine/index.js';
import { openSamples } from '../../src/session/samples/open-samples.js';
import { openSession } from '../../src/session/session.js';
import { withFolder } from '../pipeline/digits.js';
import { saveArrays, saveModel } from '../pipeline/saved-model.js';

const COUNT = 12_000;

describe('openSamples', () => {
  before(async () => void (await startEngine('embedded')));

  const cases: [string, { eval?: true; decidesDrop?: true }, number][] = [
    ['a tenth, to measure on', {}, 1200],
    ['at most 1,000 beside a second set', { eval: true }, 1000],
    ['a tenth where a drop is decided by them', { eval: true, decidesDrop: true }, 1200],
  ];
  for (const [what, { eval: second, decidesDrop }, heldOut] of cases) {
    it(`holds out ${what}`, () =>
      withFolder(async (folder) => {
        const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3] })] });
        const file = await saveModel(model, folder);
        model.dispose();
        const values = new Float32Array(COUNT * 3);
        const data = await saveArrays({ x: { values, shape: [COUNT, 3] } }, folder);
        const session = await openSession({ model: file, require: [], engine: 'embedded' }, () => {});
        const samples = await openSamples(session, {
          data,
          eval: second && data,
          decidesDrop,
          purpose: 'train',
          seed: 0,
          synthesis: { worth: 'noise' },
          onProgress: () => {},
        });
        const { training, validation, evaluation } = samples;
        assert.equal(validation.order.length, heldOut);
        assert.equal(training.order.length, COUNT - heldOut);
        assert.equal(evaluation.order.length, second ? COUNT : heldOut);
        assert.equal(new Set([...training.order, ...validation.order]).size, COUNT);
        await samples.close();
        session.liveModel.dispose();
      }));
  }
});
