import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { createRandom } from '../../src/core/index.js';
import { startEngine, tf } from '../../src/engine/index.js';
import { withFolder } from '../pipeline/digits.js';
import { saveArrays, saveModel } from '../pipeline/saved-model.js';
import { compress } from '../validated.js';

const SAMPLES = 200;

describe('several inputs and outputs', () => {
  before(async () => void (await startEngine('embedded')));

  it('are read from an .npz by their names, and each output is scored', () =>
    withFolder(async (folder) => {
      const left = tf.input({ shape: [6], name: 'left' });
      const right = tf.input({ shape: [4, 2], name: 'right' });
      const flat = tf.layers.flatten().apply(right) as tf.SymbolicTensor;
      const both = tf.layers.concatenate().apply([left, flat]) as tf.SymbolicTensor;
      const hidden = tf.layers.dense({ units: 24, activation: 'relu' }).apply(both) as tf.SymbolicTensor;
      const kind = tf.layers.dense({ units: 3, activation: 'softmax', name: 'kind' }).apply(hidden);
      const size = tf.layers.dense({ units: 1, name: 'size' }).apply(hidden);
      const model = tf.model({ inputs: [left, right], outputs: [kind, size] as tf.SymbolicTensor[] });
      const random = createRandom(4);
      const normals = (count: number) => Float32Array.from({ length: count }, () => random.normal());
      const leftValues = normals(SAMPLES * 6);
      const rightValues = normals(SAMPLES * 8);
      const answers = tf.tidy(() => {
        const xs = [tf.tensor2d(leftValues, [SAMPLES, 6]), tf.tensor3d(rightValues, [SAMPLES, 4, 2])];
        return (model.predict(xs) as tf.Tensor[]).map((output) => output.dataSync() as Float32Array);
      });
      const oneHot = new Float32Array(SAMPLES * 3);
      for (let row = 0; row < SAMPLES; row++) {
        const scores = [...answers[0]!.subarray(row * 3, row * 3 + 3)];
        oneHot[row * 3 + scores.indexOf(Math.max(...scores))] = 1;
      }
      const { report } = await compress({
        model: await saveModel(model, folder),
        data: await saveArrays(
          {
            left: { values: leftValues, shape: [SAMPLES, 6] },
            right: { values: rightValues, shape: [SAMPLES, 4, 2] },
            kind: { values: oneHot, shape: [SAMPLES, 3] },
            size: { values: answers[1]!, shape: [SAMPLES, 1] },
          },
          folder,
        ),
        bits: 8,
        epochs: 1,
        engine: 'embedded',
        output: join(folder, 'out'),
      });
      assert.ok(Math.abs(report.metric!.before - 1) < 1e-5, 'the float model made the labels');
      assert.ok(report.metric!.after > 0.8);
      assert.match(report.training!.loss, /crossentropy, mse/);
    }));
});
