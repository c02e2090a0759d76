import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { QgtError } from '../../src/core/index.js';
import * as tf from '../../src/engine/tf.js';
import { type LoadedModel, matchNames, readModel, toLayersModel } from '../../src/model/index.js';
import { startCpu } from '../cpu-engine.js';
import { fillWeights, predictSome, saveModel } from './model-folder.js';

/** A model with BatchNorm, whose statistics tfjs saves behind all weights that are trained. */
function madeModel(units = 4): tf.LayersModel {
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ units: 5, inputShape: [3], name: 'dense' }),
      tf.layers.batchNormalization({ name: 'norm' }),
      tf.layers.dense({ units, name: 'dense_1' }),
    ],
  });
  fillWeights(model);
  return model;
}

const renamed = async (model: tf.LayersModel, rename: (name: string, index: number) => string) => {
  const loaded = await readModel(await saveModel(model));
  const weights = loaded.weights.map((weight, index) => ({ ...weight, name: rename(weight.name, index) }));
  return { ...loaded, weights };
};

async function checkSame(model: tf.LayersModel, loaded: LoadedModel, by: RegExp): Promise<void> {
  const matched = await matchNames(loaded);
  assert.match(matched.notes.join(), by);
  assert.deepEqual(predictSome(await toLayersModel(matched)), predictSome(model));
}

describe('weights under other names than the layers want', () => {
  before(async () => void (await startCpu()));

  for (const [title, rename] of [
    ['the layer', (name: string) => name.replace('/', '_1/')],
    ['the weight', (name: string) => `${name}_2`],
    ['both', (name: string) => `${name.replace('/', '_1/')}_2`],
  ] as const)
    it(`a number at the end of ${title} is taken off`, async () => {
      const model = madeModel();
      await checkSame(model, await renamed(model, rename), /matched .* a number at the end \(dense/);
    });

  it('numbers alone are matched by shape and order', async () => {
    const model = madeModel();
    const loaded = await renamed(model, (_, index) => `ReadVariableOp_${3528 + index}`);
    await checkSame(model, loaded, /by shape and order \(ReadVariableOp_3528 -> dense\/kernel\)/);
  });

  it('names that fit are left alone', async () => {
    const loaded = await renamed(madeModel(), (name) => name);
    assert.equal(await matchNames(loaded), loaded);
  });

  it('all else is refused with a name of each side', async () => {
    const names = 'kernel bias gamma beta kernel bias mean variance'.split(' ');
    for (const loaded of [
      await renamed(madeModel(), (_, index) => `encoder${index % 2 ? 'A' : 'B'}/${names[index]}_${index}`),
      {
        ...(await renamed(madeModel(7), (_, index) => `w_${index}`)),
        topology: (await readModel(await saveModel(madeModel()))).topology,
      },
    ])
      await assert.rejects(
        matchNames(loaded),
        (error) =>
          error instanceof QgtError &&
          error.message.includes(`got ${loaded.weights[0]!.name} [3x5], expected dense/kernel [3x5]`),
      );
  });

  it('shapes that fit two orders are refused', async () => {
    const model = tf.sequential({
      layers: [
        tf.layers.batchNormalization({ inputShape: [3], name: 'one' }),
        tf.layers.batchNormalization({ name: 'other' }),
      ],
    });
    fillWeights(model);
    await assert.rejects(matchNames(await renamed(model, (_, index) => `w_${index}`)), QgtError);
  });
});
