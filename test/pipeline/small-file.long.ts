import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { startEngine, tf } from '../../src/engine/index.js';
import { compress } from '../validated.js';
import { withFolder } from './digits.js';
import { saveModel } from './saved-model.js';

describe('a model whose file is a thousandth of it', () => {
  before(async () => void (await startEngine('embedded')));

  it('is read back by the run that wrote it, however much it unpacks to', () =>
    withFolder(async (folder) => {
      const kernelInitializer = tf.initializers.constant({ value: 0.5 });
      const layers = [tf.layers.dense({ units: 2100, inputShape: [2100], kernelInitializer })];
      const model = await saveModel(tf.sequential({ layers }), folder);
      const { files, report } = await compress({
        model,
        bits: 2,
        epochs: 0,
        synthesisSamples: 8,
        engine: 'embedded',
        output: join(folder, 'out'),
      });
      const { size } = await stat(files[0]!);
      assert.ok(2100 * 2100 * 4 > 256 * size, `${size}`);
      assert.ok(report.metric!.outputs[0]!.after > 0.99);
    }));
});
