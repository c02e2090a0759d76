import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import * as tf from '../../src/engine/tf.js';
import { readModel, toLayersModel } from '../../src/model/index.js';
import { startCpu } from '../cpu-engine.js';
import { saveModel } from './model-folder.js';

before(startCpu);

it('layers that tfjs registers and cannot run are refused by name, as they fail in stock tfjs', async () => {
  const layer = tf.layers.resizing({ name: 'small', height: 3, width: 3 });
  const model = tf.sequential({ layers: [tf.layers.inputLayer({ inputShape: [6, 6, 2] }), layer] });
  assert.throws(() => model.predict(tf.ones([1, 6, 6, 2])), /must be rank 3 or 4/);
  await assert.rejects(toLayersModel(await readModel(await saveModel(model))), {
    code: 'unsupported-layer',
    message: /layer small \(Resizing\): stock tfjs-layers cannot run.*resize images before/,
  });
});
