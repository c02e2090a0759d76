import assert from 'node:assert/strict';
import { readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import * as tf from '../../src/engine/tf.js';
import { readModel, toLayersModel } from '../../src/model/index.js';
import { startCpu } from '../cpu-engine.js';
import { fillWeights, predictSome, saveModel } from './model-folder.js';

before(startCpu);

const { layers } = tf;

function sequential(...stack: tf.layers.Layer[]): tf.LayersModel {
  return tf.sequential({ layers: stack });
}

const image = { inputShape: [8, 8, 3] };
const series = { inputShape: [6, 4] };

const MODELS: Readonly<Record<string, () => tf.LayersModel>> = {
  dense: () =>
    sequential(layers.dense({ inputShape: [5], units: 4, activation: 'relu' }), layers.dense({ units: 2 })),
  'conv2d and batch normalization': () =>
    sequential(
      layers.conv2d({ ...image, filters: 4, kernelSize: 3, strides: 2, padding: 'same', useBias: false }),
      layers.batchNormalization(),
      layers.reLU({ maxValue: 6 }),
      layers.flatten(),
      layers.dense({ units: 3, activation: 'softmax' }),
    ),
  'depthwise and separable': () =>
    sequential(
      layers.depthwiseConv2d({ ...image, kernelSize: 3, depthMultiplier: 2 }),
      layers.separableConv2d({ filters: 5, kernelSize: 3, depthMultiplier: 2 }),
      layers.prelu({ sharedAxes: [1, 2] }),
      layers.globalAveragePooling2d({}),
    ),
  transposed: () =>
    sequential(
      layers.conv2dTranspose({ ...image, filters: 4, kernelSize: 3, strides: 2, padding: 'same' }),
      layers.upSampling2d({}),
      layers.cropping2D({
        cropping: [
          [1, 1],
          [2, 2],
        ],
      }),
    ),
  conv1d: () =>
    sequential(
      layers.conv1d({ ...series, filters: 3, kernelSize: 2 }),
      layers.maxPooling1d({ poolSize: 2 }),
      layers.globalMaxPooling1d({}),
    ),
  conv3d: () =>
    sequential(
      layers.conv3d({ inputShape: [4, 4, 4, 2], filters: 3, kernelSize: 2 }),
      layers.conv3dTranspose({ filters: 2, kernelSize: 2 }),
    ),
  recurrent: () =>
    sequential(
      layers.lstm({ ...series, units: 5, returnSequences: true, recurrentInitializer: 'zeros' }),
      layers.gru({
        units: 4,
        returnSequences: true,
        recurrentInitializer: 'zeros',
        recurrentActivation: 'sigmoid',
      }),
      layers.simpleRNN({ units: 3, recurrentInitializer: 'zeros' }),
    ),
  bidirectional: () =>
    sequential(
      layers.bidirectional({
        ...series,
        layer: layers.lstm({ units: 3, returnSequences: true, recurrentInitializer: 'zeros' }) as tf.RNN,
        mergeMode: 'concat',
      }),
      layers.timeDistributed({ layer: layers.dense({ units: 2 }) }),
    ),
  'stacked cells': () =>
    sequential(
      layers.rnn({
        ...series,
        cell: [
          layers.lstmCell({ units: 3, recurrentInitializer: 'zeros' }),
          layers.gruCell({ units: 2, recurrentInitializer: 'zeros' }),
        ],
      }),
    ),
  convLstm: () =>
    sequential(
      layers.convLstm2d({
        inputShape: [3, 6, 6, 2],
        filters: 2,
        kernelSize: 3,
        recurrentInitializer: 'zeros',
      }),
    ),
  embedding: () =>
    sequential(
      layers.embedding({ inputDim: 9, outputDim: 4, inputLength: 6 }),
      layers.layerNormalization(),
      layers.globalAveragePooling1d(),
    ),
  'two inputs, two outputs': () => {
    const a = tf.input({ shape: [4], name: 'a' });
    const b = tf.input({ shape: [3], name: 'b' });
    const joined = layers.concatenate().apply([a, b]) as tf.SymbolicTensor;
    const left = layers.dense({ units: 2, name: 'left' }).apply(joined) as tf.SymbolicTensor;
    const right = layers.dense({ units: 1, name: 'right' }).apply(joined) as tf.SymbolicTensor;
    return tf.model({ inputs: [a, b], outputs: [left, right] });
  },
  'a shared layer': () => {
    const a = tf.input({ shape: [4], name: 'a' });
    const b = tf.input({ shape: [4], name: 'b' });
    const shared = layers.dense({ units: 3 });
    const sum = layers
      .add()
      .apply([shared.apply(a), shared.apply(b)] as tf.SymbolicTensor[]) as tf.SymbolicTensor;
    return tf.model({ inputs: [a, b], outputs: sum });
  },
  'models in a model': () => {
    const inner = sequential(
      layers.dense({ inputShape: [4], units: 3, name: 'inner_a' }),
      layers.dense({ units: 4, name: 'inner_b' }),
    );
    const x = tf.input({ shape: [4] });
    const once = inner.apply(x) as tf.SymbolicTensor;
    const twice = inner.apply(once) as tf.SymbolicTensor;
    return tf.model({ inputs: x, outputs: layers.dense({ units: 2 }).apply(twice) as tf.SymbolicTensor });
  },
};

for (const [name, make] of Object.entries(MODELS)) {
  test(`reads back what tfjs saved: ${name}`, async () => {
    const model = make();
    fillWeights(model);
    const expected = predictSome(model);
    const loaded = await readModel(await saveModel(model));
    const again = await toLayersModel(loaded);
    assert.deepEqual(predictSome(again), expected);
    assert.deepEqual(
      again.weights.map((weight) => weight.originalName).sort(),
      loaded.weights.map((weight) => weight.name).sort(),
    );
  });
}

test('weights may be split anywhere, and bytes counts every file', async () => {
  const model = MODELS.dense!();
  const folder = await saveModel(model, 7);
  const loaded = await readModel(folder);
  const json = await stat(join(folder, 'model.json'));
  assert.equal(loaded.bytes, json.size + 4 * (5 * 4 + 4 + 4 * 2 + 2));
  assert.deepEqual(predictSome(await toLayersModel(loaded)), predictSome(model));
});

test('takes a file of any name, a folder with one model, and file URLs', async () => {
  const folder = await saveModel(MODELS.dense!());
  const file = join(folder, 'my net.json');
  await rename(join(folder, 'model.json'), file);
  const weights = (await readModel(file)).weights;
  for (const path of [folder, pathToFileURL(file).href, pathToFileURL(folder).href]) {
    assert.deepEqual((await readModel(path)).weights, weights);
  }
});

test('tells who wrote it and which kind it is', async () => {
  const loaded = await readModel(await saveModel(MODELS.dense!()));
  assert.equal(loaded.kind, 'layers');
  assert.match(loaded.writtenBy, /^tfjs-layers \d+\.\d+/);
  assert.deepEqual(loaded.notes, []);
});

test('two models from the same file share nothing but names', async () => {
  const loaded = await readModel(await saveModel(MODELS.dense!()));
  const zeros = loaded.weights.map((weight) => ({
    ...weight,
    values: new Float32Array(weight.values.length),
  }));
  const teacher = await toLayersModel(loaded);
  const expected = predictSome(teacher);
  const student = await toLayersModel(loaded, zeros);
  assert.deepEqual(predictSome(student), [[0, 0, 0, 0]]);
  assert.deepEqual(predictSome(teacher), expected);
  assert.deepEqual(
    student.layers.map((layer) => layer.name),
    teacher.layers.map((layer) => layer.name),
  );
});

test('what tfjs refuses is said with the file and the layer', async () => {
  const folder = await saveModel(MODELS.dense!());
  const json = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8'));
  const loaded = await readModel(folder);
  const name = json.weightsManifest[0].weights[0].name as string;
  await assert.rejects(toLayersModel(loaded, loaded.weights.slice(1)), (error: Error) => {
    assert.match(
      error.message,
      new RegExp(`model\\.json: layer ${name.split('/')[0]}: tfjs cannot load it: .*${name}`),
    );
    return true;
  });
});
