import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { strFromU8, unzipSync } from 'fflate';
import { z } from 'zod';
import * as tf from '../../src/engine/tf.js';
import { exporters } from '../../src/export/index.js';
import { readModel, toLayersModel } from '../../src/model/index.js';
import { counterparts, withoutCounterpart } from '../../src/model/keras3/counterparts.js';
import type { PackedModel } from '../../src/pack/index.js';
import { startCpu } from '../cpu-engine.js';
import { temporaryFile } from '../data/temporary-folder.js';
import { registeredLayers } from '../model/specimens.js';
import { graphSample } from '../runtime/sample-models.js';
import { kerasCases, packedWhole } from './keras-models.js';

const keras = exporters.find(({ name }) => name === 'keras')!;

const layerSchema = z.object({
  module: z.string().nullable(),
  class_name: z.string(),
  registered_name: z.string().nullable(),
  config: z.looseObject({ name: z.string() }),
});
const sequentialSchema = z.object({ config: z.object({ layers: z.array(layerSchema) }) });

/** The layers of an exported Sequential, as its config.json has them. */
async function layersOf(packed: PackedModel) {
  const { files, notes } = await keras.export(packed, {});
  const text = strFromU8(unzipSync(files[0]!.bytes)['config.json']!);
  return { layers: sequentialSchema.parse(JSON.parse(text)).config.layers, notes };
}

/** A Sequential of one layer, as a `.qgt` holds it. */
function packedLayer(
  className: string,
  config: object,
  weights: Readonly<Record<string, number[]>>,
): PackedModel {
  const layers = [{ class_name: className, config: { batch_input_shape: [null, 2], ...config } }];
  return {
    kind: 'layers',
    topology: { class_name: 'Sequential', config: { name: 'model', layers } },
    metadata: {},
    preprocessing: {},
    tensors: Object.entries(weights).map(([name, shape]) => ({
      encoding: 'raw',
      name,
      shape,
      dtype: 'float32',
      values: new Float32Array(tf.util.sizeFromShape(shape)).fill(0.5),
    })),
  };
}

before(startCpu);

describe('export to keras', () => {
  it('every class of layers, read back, predicts what the model did', async (test) => {
    for (const { name, model, inputs } of kerasCases()) {
      const packed = packedWhole(model);
      // Keras 3 has another hard_sigmoid, which tfjs has not: the soak test has Keras itself read it.
      if (JSON.stringify(packed.topology).includes('hard_sigmoid')) continue;
      await test.test(name, async (inner) => {
        const { files } = await keras.export(packed, {});
        const path = await temporaryFile(inner, 'model.keras', files[0]!.bytes);
        const again = await toLayersModel(await readModel(path));
        const [expected, got] = [model, again].map((each) => [each.predict(inputs)].flat());
        for (const [index, output] of expected!.entries())
          assert.ok(tf.max(tf.abs(tf.sub(output, got![index]!))).dataSync()[0]! < 1e-6);
      });
    }
  });

  it('every class of layers that stock tfjs has is written or refused by name', () => {
    const known = [...Object.keys(counterparts), ...Object.keys(withoutCounterpart)];
    const containers = ['InputLayer', 'Sequential', 'Functional', 'Model'];
    const unknown = [...registeredLayers().keys()].filter(
      (name) => !known.includes(name) && !containers.includes(name),
    );
    assert.deepEqual(unknown, []);
  });

  it('a layer of the user is written under its registered name, which is told', async () => {
    const weights = { 'mine/scale': [3], 'mine/shift': [2] };
    const { layers, notes } = await layersOf(packedLayer('Mine', { name: 'mine', depth: 3 }, weights));
    const { module, class_name, registered_name, config } = layers.at(-1)!;
    assert.deepEqual([module, class_name, registered_name], [null, 'Mine', 'Custom>Mine']);
    assert.equal(config.depth, 3);
    assert.match(notes.join('\n'), /Mine is a layer of your own, written as Custom>Mine: .*custom_objects/);
  });

  it('the package of a layer of the user stays', async () => {
    const { layers } = await layersOf(packedLayer('shop>Mine', { name: 'mine' }, {}));
    const { class_name, registered_name } = layers.at(-1)!;
    assert.deepEqual([class_name, registered_name], ['Mine', 'shop>Mine']);
  });

  it('a slash in a name, which Keras 3 takes no more, becomes an underscore, and the weights are found', async () => {
    const weights = { 'block/a/kernel': [2, 1], 'block/a/bias': [1] };
    const { layers, notes } = await layersOf(packedLayer('Dense', { name: 'block/a', units: 1 }, weights));
    assert.equal(layers.at(-1)!.config.name, 'block_a');
    assert.match(notes.join('\n'), /layers were renamed, as Keras 3 takes no slash/);
  });

  const refused: [what: string, packed: () => PackedModel, message: RegExp][] = [
    [
      'a graph model',
      () => graphSample({ bits: 4, quantizer: 'uniform', granularity: 'perTensor' }).packed,
      /--to keras: a GraphModel is made of operations.*; compress the \.keras/,
    ],
    [
      'a layer that Keras 3 has not',
      () => packedLayer('RandomWidth', { name: 'wide' }, {}),
      /layer wide \(RandomWidth\): .*; export it with --to tfjs/,
    ],
    [
      'an activation that Keras 3 has not',
      () => packedLayer('Dense', { name: 'd', units: 1, activation: 'gelu_new' }, {}),
      /layer d \(Dense\): Keras 3 has no activation gelu_new/,
    ],
    [
      'a hard sigmoid that no scale makes right',
      () =>
        packedLayer(
          'LSTM',
          { name: 'l', units: 1, activation: 'hard_sigmoid' },
          { 'l/kernel': [2, 4], 'l/recurrent_kernel': [1, 4], 'l/bias': [4] },
        ),
      /layer l \(LSTM\): Keras 3's hard_sigmoid differs/,
    ],
    [
      'a model that lacks a weight',
      () => packedLayer('Dense', { name: 'd', units: 1 }, { 'd/kernel': [2, 1] }),
      /layer d: its weight d\/bias is not in the file/,
    ],
    [
      'a weight of no layer',
      () => packedLayer('Flatten', { name: 'f' }, { 'other/kernel': [2, 1] }),
      /other\/kernel: no layer of the model has this weight/,
    ],
  ];
  for (const [what, packed, message] of refused)
    it(`${what}: refused, with a way out`, () =>
      assert.rejects(keras.export(packed(), {}), { name: 'QgtError', message }));
});
