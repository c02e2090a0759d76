import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import * as tf from '../../src/engine/tf.js';
import { withOutputMasks } from '../../src/model/index.js';
import { startCpu } from '../cpu-engine.js';

const tokens = [
  [3, 1, 4, 0, 0],
  [1, 5, 0, 0, 0],
];
const real = tokens.map((row) => row.map((token) => Number(token !== 0)));

const embedding = () =>
  tf.layers.embedding({ inputDim: 6, outputDim: 4, maskZero: true, inputLength: tokens[0]!.length });
const recurrent = (args: { returnSequences: boolean } = { returnSequences: true }) =>
  tf.layers.simpleRNN({ units: 3, recurrentInitializer: 'glorotUniform', ...args });

describe('withOutputMasks', () => {
  before(async () => void (await startCpu()));

  const cases: [string, () => tf.layers.Layer[], number[][] | null][] = [
    ['a recurrent layer', () => [recurrent()], real],
    ['a Dense layer after it', () => [recurrent(), tf.layers.dense({ units: 2 })], real],
    [
      'an activation after that',
      () => [tf.layers.dense({ units: 2 }), tf.layers.activation({ activation: 'relu' })],
      real,
    ],
    ['a recurrent layer that gives its last step alone', () => [recurrent({ returnSequences: false })], null],
  ];
  for (const [what, layers, expected] of cases) {
    it(`the steps of ${what}`, () => {
      const model = tf.sequential({ layers: [embedding(), ...layers()] });
      const input = tf.tensor2d(tokens);
      const tensors = tf.memory().numTensors;
      const { result, masks } = withOutputMasks(model, () => model.predict(input));
      assert.deepEqual(
        masks.map((mask) => mask?.arraySync() ?? null),
        [expected],
      );
      tf.dispose([result, ...masks.filter((mask) => mask !== null)]);
      assert.equal(tf.memory().numTensors, tensors, 'nothing else is left behind');
    });
  }
});
