import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Engine, nestedLayers, startEngine, tf } from '../../src/engine/index.js';
import { disableDropout, readModel, toLayersModel } from '../../src/model/index.js';
import { outputsOf } from '../../src/train/index.js';
import { startCpu } from '../cpu-engine.js';
import { skipWithoutNative } from '../engine/native-available.js';
import { saveModel } from './model-folder.js';

const { layers } = tf;
/** The default, an orthogonal one, needs methods of tensors that the embedded engine leaves out. */
const recurrentInitializer = 'glorotUniform';

const kinds: readonly { readonly name: string; readonly build: () => tf.layers.Layer }[] = [
  { name: 'dropout', build: () => layers.dropout({ rate: 0.5 }) },
  { name: 'dropout of whole channels', build: () => layers.spatialDropout1d({ rate: 0.5 }) },
  { name: 'Gaussian dropout', build: () => layers.gaussianDropout({ rate: 0.5 }) },
  { name: 'alpha dropout', build: () => layers.alphaDropout({ rate: 0.5 }) },
  { name: 'Gaussian noise', build: () => layers.gaussianNoise({ stddev: 0.5 }) },
  {
    name: 'a GRU',
    build: () => layers.gru({ units: 4, dropout: 0.4, recurrentDropout: 0.3, recurrentInitializer }),
  },
  {
    name: 'an LSTM in both directions',
    build: () =>
      layers.bidirectional({
        layer: layers.lstm({ units: 4, dropout: 0.4, recurrentInitializer }),
        mergeMode: 'concat',
      }),
  },
  {
    name: 'a model within a model',
    build: () => tf.sequential({ layers: [layers.dropout({ rate: 0.5, inputShape: [6, 8] })] }),
  },
];

function modelWith(layer: tf.layers.Layer): tf.LayersModel {
  const input = tf.input({ shape: [6, 8] });
  return tf.model({ inputs: input, outputs: layer.apply(input) as tf.SymbolicTensor });
}

describe('disableDropout', () => {
  before(async () => void (await startCpu()));

  for (const { name, build } of kinds) {
    it(`${name}: training computes what prediction does, and did not before`, () => {
      const model = modelWith(build());
      const x = tf.randomNormal([2, 6, 8], 0, 1, 'float32', 3);
      const error = () => {
        const [trained, predicted] = [outputsOf(model, [x], true)[0]!, model.predict(x) as tf.Tensor];
        return tf.max(tf.abs(tf.sub(trained, predicted))).dataSync()[0]!;
      };
      assert.ok(error() > 1e-2);
      disableDropout(nestedLayers(model));
      assert.ok(error() < 1e-6);
    });
  }

  it('is done to every model that is read, as an RNN keeps the mask of its first batch', async () => {
    const cells = [1, 2].map(() => layers.gruCell({ units: 4, dropout: 0.4, recurrentInitializer }));
    const model = modelWith(layers.rnn({ cell: layers.stackedRNNCells({ cells }) }));
    const read = await toLayersModel(await readModel(await saveModel(model)));
    for (const batch of [5, 3])
      assert.deepEqual((read.predict(tf.ones([batch, 6, 8])) as tf.Tensor).shape, [batch, 4]);
  });

  it("a user's own layer keeps its rate, whatever that is", () => {
    class Mine extends tf.layers.Layer {
      static readonly className = 'MineWithRate';
      readonly rate = 3;
    }
    const layer = new Mine({});
    disableDropout([layer]);
    assert.equal(layer.rate, 3);
  });
});

const skip = await skipWithoutNative();

describe('disableDropout on the native engine', { skip }, () => {
  let engine: Engine;
  before(async () => {
    engine = await startEngine('native');
  });
  after(() => tf.disposeVariables());

  it('lets a step with dropout be replayed as a graph', () => {
    const run = (prepare: (model: tf.LayersModel) => void) => {
      const model = modelWith(layers.dropout({ rate: 0.5 }));
      prepare(model);
      const compiled = engine.compileStep((inputs) => outputsOf(model, inputs, true), []);
      for (let call = 0; call < 3; call++) compiled.run([tf.ones([2, 6, 8])]);
      return compiled.eagerReason();
    };
    assert.match(run(() => {})!, /off by/);
    assert.equal(
      run((model) => disableDropout(nestedLayers(model))),
      null,
    );
  });
});
