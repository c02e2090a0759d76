import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { layersOutputNoise } from '../../src/analysis/output-noise.js';
import * as tf from '../../src/engine/tf.js';
import { startCpu } from '../cpu-engine.js';

/** y = x A B, both 2x2, and an activation of the second layer. */
function chain(activation: 'linear' | 'softmax' | 'sigmoid' = 'linear') {
  const [first, second] = (['linear', activation] as const).map((own) =>
    tf.layers.dense({ units: 2, useBias: false, inputShape: [2], activation: own }),
  );
  const model = tf.sequential({ layers: [first!, second!] });
  first!.setWeights([tf.tensor2d([1, 2, 3, 4], [2, 2])]);
  second!.setWeights([tf.tensor2d([1, 0, -1, 2], [2, 2])]);
  return { model, layers: [first!, second!] };
}

const x = [
  [1, 2],
  [-1, 0.5],
  [3, -2],
];
const product = (rows: number[][], [a, b, c, d]: readonly number[]) =>
  rows.map(([p, q]) => [p! * a! + q! * c!, p! * b! + q! * d!]);
const sqnr = (reference: number[][], other: number[][]) => {
  const [r, o] = [reference.flat(), other.flat()];
  const energy = (values: number[]) => values.reduce((sum, value) => sum + value ** 2, 0);
  return 10 * Math.log10(energy(r) / energy(r.map((value, index) => value - o[index]!)));
};

describe('layersOutputNoise', () => {
  before(async () => void (await startCpu()));

  for (const activation of ['linear', 'softmax', 'sigmoid'] as const)
    it(`is a layer's own error on the float model's inputs, and that of all layers up to it, before ${activation}`, () => {
      const { model, layers } = chain(activation);
      const packed = [
        [1.5, 2, 3, 3.5],
        [1, 0.25, -1, 2],
      ] as const;
      const probes = layers.map((layer, index) => ({
        name: `layer ${index}`,
        layer,
        weight: layer.weights[0]!,
        value: tf.tensor2d([...packed[index]!], [2, 2]),
      }));
      const tensors = tf.memory().numTensors;
      const batches = [[tf.tensor2d(x.slice(0, 2))], [tf.tensor2d(x.slice(2))]];
      const noise = layersOutputNoise(model, probes, probes, batches);
      tf.dispose(batches.flat());
      assert.equal(tf.memory().numTensors, tensors);

      const middle = product(x, [1, 2, 3, 4]);
      const packedMiddle = product(x, packed[0]);
      const output = product(middle, [1, 0, -1, 2]);
      const expected = [
        [sqnr(middle, packedMiddle), sqnr(middle, packedMiddle)],
        [sqnr(output, product(middle, packed[1])), sqnr(output, product(packedMiddle, packed[1]))],
      ];
      for (const [index, [own, through]] of expected.entries()) {
        const { ownDb, chainDb } = noise.get(`layer ${index}`)!;
        assert.ok(Math.abs(ownDb! - own!) < 1e-3, `${ownDb}, ${own}`);
        assert.ok(Math.abs(chainDb! - through!) < 1e-3, `${chainDb}, ${through}`);
      }
    });

  it('there is none where nothing was replaced by something else', () => {
    const { model, layers } = chain();
    const [layer] = layers;
    const value = tf.tensor2d([1, 2, 3, 4], [2, 2]);
    const probe = { name: 'first', layer: layer!, weight: layer!.weights[0]!, value };
    const noise = layersOutputNoise(model, [probe], [probe], [[tf.tensor2d(x)]]);
    assert.deepEqual(noise.get('first'), { ownDb: null, chainDb: null });
  });
});
