import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { startEngine, tf } from '../../src/engine/index.js';
import { loadQgt } from '../../src/index.js';
import { skipWithoutNative } from '../engine/native-available.js';
import { someTensor } from '../model/model-folder.js';
import { registeredLayers, type Specimen, specimenOf } from '../model/specimens.js';
import { compress } from '../validated.js';
import { withFolder } from './digits.js';
import { saveArrays, saveModel } from './saved-model.js';

const SAMPLES = 48;
const CLASSES = 3;

/** Classes that are parts of others or the models themselves. */
const PARTS = /^(InputLayer|Model|Functional|Sequential)$|Cell$|Cells$/;

/** What stock tfjs itself can't run. */
const REFUSED = ['Resizing', 'RandomWidth'];

/** Options that a class needs to stand in a classifier. */
const OPTIONS: Readonly<Record<string, Record<string, unknown>>> = {
  Dot: { axes: 2 },
  Reshape: { targetShape: [2, 3] },
  RandomWidth: { factor: 0.2 },
};

/** Input shapes of classes that are made with others too, but can't be run. */
const SHAPES: Readonly<Record<string, number[][]>> = {
  Dot: [[6, 3]],
  CenterCrop: [[6, 7, 3]],
  Resizing: [[6, 7, 3]],
  RandomWidth: [[6, 7, 3]],
};

/** A classifier with a layer of the class between its inputs and a dense layer; without that where it has no fixed size. */
function classifierWith({ model }: Specimen): tf.LayersModel {
  const [output] = model.outputs as [tf.SymbolicTensor];
  if (output.shape.includes(-1)) return model;
  const [flatten, pool] = [
    tf.layers.flatten(),
    tf.layers.globalAveragePooling2d({ dataFormat: 'channelsLast' }),
  ];
  const layer = output.shape.length === 4 ? pool : flatten;
  const flat = output.shape.length === 2 ? output : (layer.apply(output) as tf.SymbolicTensor);
  const end = tf.layers.dense({ units: CLASSES, activation: 'softmax' }).apply(flat) as tf.SymbolicTensor;
  return tf.model({ inputs: model.inputs, outputs: end });
}

/** Inputs that fit a model, numbers that tokens can be too. */
function inputsFor({ inputs }: tf.LayersModel): { values: Float32Array; shape: number[] }[] {
  return inputs.map(({ shape }, index) => {
    const whole = [SAMPLES, ...(shape.slice(1) as number[])];
    const values = tf.floor(tf.mul(tf.abs(someTensor(whole, index + 1)), 7));
    return { values: values.dataSync<'float32'>(), shape: whole };
  });
}

function arraysFor(model: tf.LayersModel): Parameters<typeof saveArrays>[0] {
  const inputs = inputsFor(model);
  const labels = Float32Array.from({ length: SAMPLES }, (_, index) => index % CLASSES);
  return {
    ...Object.fromEntries(inputs.map((each, index) => [inputs.length === 1 ? 'x' : `x${index}`, each])),
    y: { values: labels, shape: [SAMPLES] },
  };
}

/** A run of `compress`, and what the file that it writes makes of inputs. */
async function compressed(
  model: tf.LayersModel,
  engine: 'embedded' | 'native',
  withData: boolean,
): Promise<void> {
  await withFolder(async (folder) => {
    const path = await saveModel(model, folder);
    const samples = withData
      ? { data: await saveArrays(arraysFor(model), folder) }
      : { synthesisSamples: 64, synthesisSteps: 4 };
    const { files } = await compress({
      model: path,
      bits: 4,
      epochs: 1,
      engine,
      output: join(folder, 'out'),
      ...samples,
    });
    const packed = await loadQgt(new Uint8Array(await readFile(files[0]!)), { tf, kind: 'layers' });
    const inputs = inputsFor(model).map(({ values, shape }) => tf.tensor(values, shape));
    // In one batch, as an RNN's cell with dropout keeps its mask for the size of the first one in stock tfjs.
    const outputs = (packed as tf.LayersModel).predictOnBatch(inputs) as tf.Tensor;
    assert.deepEqual(outputs.shape, [SAMPLES, CLASSES]);
    assert.ok(outputs.dataSync().every(Number.isFinite));
  });
}

for (const engine of ['embedded', 'native'] as const) {
  describe(`every layer class on the ${engine} engine`, {
    skip: engine === 'native' && (await skipWithoutNative()),
  }, () => {
    before(async () => void (await startEngine(engine)));

    for (const className of registeredLayers().keys()) {
      if (PARTS.test(className)) continue;
      for (const withData of [true, false])
        it(`${className}, ${withData ? 'with' : 'without'} data`, async () => {
          await startEngine(engine);
          const specimen = specimenOf(className, OPTIONS[className], SHAPES[className]);
          assert.ok(specimen !== undefined, 'no input fits it');
          const run = compressed(classifierWith(specimen), engine, withData);
          if (!REFUSED.includes(className)) return run;
          const message = new RegExp(`layer ${specimen.layer.name} .* stock tfjs-layers cannot run`);
          await assert.rejects(run, { code: 'unsupported-layer', message });
        });
    }
  });
}
