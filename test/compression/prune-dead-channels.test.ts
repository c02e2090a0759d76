import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { withoutDeadChannels } from '../../src/compression/file/prune-dead-channels.js';
import { startEngine, tf } from '../../src/engine/index.js';
import { evaluate, inspect, loadQgt } from '../../src/index.js';
import { readModel } from '../../src/model/index.js';
import { withFolder } from '../pipeline/digits.js';
import { saveArrays, saveModel } from '../pipeline/saved-model.js';
import { compress } from '../validated.js';

const { layers } = tf;
const SIZE = 8;

/** Convolution, BatchNorm, convolution, dense; five of the first layer's eight channels are dead. */
function halfDead(): tf.LayersModel {
  const model = tf.sequential({
    layers: [
      layers.conv2d({ name: 'one', filters: 8, kernelSize: 3, inputShape: [SIZE, SIZE, 2], useBias: false }),
      layers.batchNormalization({ name: 'bn' }),
      layers.activation({ activation: 'relu' }),
      layers.conv2d({ name: 'two', filters: 8, kernelSize: 3 }),
      layers.flatten(),
      layers.dense({ name: 'end', units: 3, activation: 'softmax' }),
    ],
  });
  for (const [index, weight] of model.weights.entries()) {
    const values = tf.randomNormal(weight.shape as number[], 0, 0.3, 'float32', index + 1);
    weight.write(weight.originalName.endsWith('variance') ? tf.add(tf.abs(values), 0.5) : values);
  }
  const kernel = model.weights.find(({ originalName }) => originalName === 'one/kernel')!;
  kernel.write(tf.mul(kernel.read(), tf.tensor([0, 1, 0, 0, 1, 1, 0, 0])));
  return model;
}

describe('a model with dead channels', () => {
  it('is compressed without them: a smaller file, the same answers, and the report says so', () =>
    withFolder(async (folder) => {
      await startEngine('embedded');
      const model = await saveModel(halfDead(), folder);
      const shape = [64, SIZE, SIZE, 2];
      const values = tf.randomUniform(shape, 0, 1, 'float32', 9).dataSync() as Float32Array;
      const data = await saveArrays({ x: { values, shape } }, folder);
      const options = { model, data, bits: 8, epochs: 0, engine: 'embedded' } as const;
      const { report, files } = await compress({ ...options, output: join(folder, 'out') });
      // 6 x 6 positions of 3 x 3 x 2 x 8 weights, 4 x 4 of 3 x 3 x 8 x 8, 128 x 3; 3 of the first 8 channels are left.
      const before = 36 * 144 + 16 * 576 + 384;
      const after = 36 * 54 + 16 * 216 + 384;
      const note = `5 of 19 say the same whatever the input and were taken out, which leaves ${after} of ${before}`;
      assert.ok(
        report.notes.some((each) => each.includes(note)),
        report.notes.join('\n'),
      );
      assert.deepEqual(report.layers.find(({ name }) => name === 'two/kernel')!.shape, [3, 3, 3, 8]);
      assert.ok(report.metric!.after > 0.95);
      const lean = await loadQgt(new Uint8Array(await readFile(files[0]!)), { tf, kind: 'layers' });
      assert.deepEqual((lean as tf.LayersModel).getLayer('one').outputShape, [null, 6, 6, 3]);
      const { agreement } = await evaluate({ model: files[0]!, data, against: model, engine: 'embedded' });
      assert.ok(agreement![0]!.value > 0.95);
      const untouched = (await inspect({ model })).weights.find(({ name }) => name === 'one/kernel');
      assert.deepEqual(untouched!.shape, [3, 3, 2, 8]);
    }));

  it('is told which of them stay, and why', async () => {
    const model = tf.sequential({
      layers: [
        layers.conv2d({
          name: 'one',
          filters: 4,
          kernelSize: 1,
          inputShape: [4, 4, 2],
          biasInitializer: 'ones',
        }),
        layers.conv2d({ name: 'two', filters: 4, kernelSize: 3, padding: 'same' }),
        layers.dense({ name: 'end', units: 2 }),
      ],
    });
    const kernel = model.getLayer('one').weights[0]!;
    kernel.write(tf.mul(kernel.read(), tf.tensor([0, 1, 0, 1])));
    await withFolder(async (folder) => {
      const loaded = await readModel(await saveModel(model, folder));
      const note =
        'dead channels that stay: 2 of one, because two (Conv2D) pads them with zeros, from which they differ';
      assert.deepEqual((await withoutDeadChannels(loaded)).notes, [note]);
    });
  });
});
