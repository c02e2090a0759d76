import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { createRandom, sizeOf } from '../../src/core/index.js';
import { startEngine, tf } from '../../src/engine/index.js';
import { loadQgt } from '../../src/index.js';
import { layerKinds } from '../engine/layer-kinds.js';
import { withFolder } from '../pipeline/digits.js';
import { saveArrays, saveModel } from '../pipeline/saved-model.js';
import { compress } from '../validated.js';

const SAMPLES = 40;
const BITS = 3;
const { layers } = tf;

/** Every layer that has a kernel, and models whose structure matters. */
const kinds: {
  name: string;
  input: readonly number[];
  tokens?: boolean | undefined;
  build: () => tf.LayersModel;
}[] = [
  ...layerKinds
    .filter(({ name }) =>
      /dense|conv|depthwise|separable|embedding|rnn|gru|lstm|cells|bidirectional|distributed/.test(name),
    )
    .filter(({ name }) => !/^dense \w+$/.test(name))
    .map(({ name, input, tokens, build }) => ({
      name,
      input,
      tokens,
      build: () => {
        const model = tf.sequential();
        model.add(layers.inputLayer({ inputShape: [...input], dtype: tokens ? 'int32' : 'float32' }));
        for (const layer of build()) model.add(layer);
        return model;
      },
    })),
  {
    name: 'a nested model, a shared layer, two branches',
    input: [6],
    build: () => {
      const input = tf.input({ shape: [6] });
      const shared = layers.dense({ units: 6, activation: 'tanh' });
      const inner = tf.sequential({
        layers: [layers.dense({ units: 5, inputShape: [6] }), layers.dense({ units: 6 })],
      });
      const once = shared.apply(input) as tf.SymbolicTensor;
      const twice = shared.apply(once) as tf.SymbolicTensor;
      const sum = layers.add().apply([twice, inner.apply(once) as tf.SymbolicTensor]);
      const output = layers.dense({ units: 3, activation: 'softmax' }).apply(sum) as tf.SymbolicTensor;
      return tf.model({ inputs: input, outputs: output });
    },
  },
];

describe('every layer kind with a kernel is compressed', () => {
  before(async () => void (await startEngine('embedded')));

  for (const { name, input, tokens, build } of kinds) {
    it(name, () =>
      withFolder(async (folder) => {
        const model = build();
        const random = createRandom(3);
        const shape = [SAMPLES, ...input];
        const values = Float32Array.from({ length: sizeOf(shape) }, () =>
          tokens ? random.below(7) : random.normal(),
        );
        const output = join(folder, 'out');
        const { report } = await compress({
          model: await saveModel(model, folder),
          data: await saveArrays({ x: { values, shape } }, folder),
          bits: BITS,
          uniform: true,
          granularity: 'perTensor',
          epochs: 1,
          engine: 'embedded',
          output,
        });
        const givenUp = report.notes.some((note) => note.startsWith('the training was given up'));
        assert.equal(givenUp, report.training === null);
        const kernels = report.layers.filter(({ bits }) => bits < 32);
        assert.ok(kernels.length > 0);
        for (const kernel of kernels) {
          assert.ok(kernel.outputSqnrDb !== null, `${kernel.name} has no output SQNR`);
          assert.equal(kernel.residual === null, report.training === null);
        }
        assert.equal(report.metric!.against, 'float model');
        const bytes = new Uint8Array(await readFile(join(output, 'model.qgt')));
        const packed = await loadQgt(bytes, { tf, kind: 'layers' });
        for (const weight of (packed as tf.LayersModel).weights) {
          const kernel = kernels.find((each) => each.name === weight.originalName);
          if (kernel !== undefined) assert.ok(new Set(weight.read().dataSync()).size <= 2 ** BITS);
        }
      }),
    );
  }
});
