import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { tf } from '../../src/engine/index.js';
import { divideLargeInputs } from '../../src/session/divide-inputs.js';
import { openSession, type Session } from '../../src/session/index.js';
import { startCpu } from '../cpu-engine.js';
import { withFolder } from '../pipeline/digits.js';
import { saveModel } from '../pipeline/saved-model.js';

before(startCpu);

const { layers } = tf;

/** A convolution whose 32 values a pixel are more than a training step is to keep at 2048 pixels a side. */
const convolution = (side: number) =>
  layers.conv2d({ filters: 32, kernelSize: 1, useBias: false, inputShape: [side, side, 1] });

async function withSession(
  parts: tf.layers.Layer[],
  data: string | undefined,
  use: (divided: Session, before: Session) => void | Promise<void>,
): Promise<void> {
  await withModel(tf.sequential({ layers: parts }), data, use);
}

async function withModel(
  model: tf.LayersModel,
  data: string | undefined,
  use: (divided: Session, before: Session) => void | Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const file = await saveModel(model, folder);
    model.dispose();
    const before = await openSession({ model: file, require: [], engine: 'embedded' }, () => {});
    const divided = await divideLargeInputs(before, data, () => {});
    await use(divided, before);
    divided.liveModel.dispose();
  });
}

describe('a model whose inputs are too large to synthesise', () => {
  it('is run on smaller ones, the largest that are not; its topology keeps its own, and a note says so', () =>
    withSession([convolution(2048), layers.globalMaxPooling2d({})], undefined, async (divided, before) => {
      const { inputs, loaded, predict } = divided.liveModel;
      assert.deepEqual(inputs[0]!.shape, [1024, 1024, 1]);
      assert.deepEqual(loaded.topology, before.loaded.topology);
      assert.match(loaded.notes.at(-1)!, /inputs of 2048x2048x1 .* run on inputs of 1024x1024x1/);
      const outputs = await predict([tf.ones([1, 1024, 1024, 1])]);
      const [kernel] = loaded.weights;
      // A 1x1 convolution of ones is its kernel, whatever the size.
      for (const [filter, value] of outputs[0]!.dataSync().entries())
        assert.ok(Math.abs(value - Number(kernel!.values[filter])) < 1e-3, `${value}`);
    }));

  it('is run on the smallest that it can be divided to, where these are too large as well', () =>
    withSession(
      // A quarter is shorter than an image may be, and half a side still makes too many values.
      [
        layers.inputLayer({ inputShape: [48, 48, 1] }),
        layers.upSampling2d({ size: [128, 128] }),
        ...Array.from({ length: 7 }, () => layers.reLU()),
        layers.globalMaxPooling2d({}),
      ],
      undefined,
      (divided) => {
        const { inputs, loaded } = divided.liveModel;
        assert.deepEqual(inputs[0]!.shape, [24, 24, 1]);
        assert.match(loaded.notes.at(-1)!, /run on inputs of 24x24x1/);
      },
    ));

  it('keeps a small input whole beside a large one, and divides it where the model takes it no other way', async () => {
    const withInputs = (
      smaller: number,
      join: (large: tf.SymbolicTensor, small: tf.SymbolicTensor) => tf.SymbolicTensor,
    ) => {
      const inputs = [2048, smaller].map((side) => tf.input({ shape: [side, side, 1] }));
      const wide = convolution(2048).apply(inputs[0]!) as tf.SymbolicTensor;
      return tf.model({ inputs, outputs: join(wide, inputs[1]!) });
    };
    const pooled = (value: tf.SymbolicTensor) =>
      layers.globalMaxPooling2d({}).apply(value) as tf.SymbolicTensor;
    const apart = withInputs(
      64,
      (large, small) => layers.concatenate().apply([pooled(large), pooled(small)]) as tf.SymbolicTensor,
    );
    const together = withInputs(
      1024,
      (large, small) =>
        layers
          .concatenate()
          .apply([
            layers.maxPooling2d({ poolSize: 2 }).apply(large) as tf.SymbolicTensor,
            small,
          ]) as tf.SymbolicTensor,
    );
    const shapesOf = ({ liveModel }: Session) => liveModel.inputs.map(({ shape }) => shape[0]);
    await withModel(apart, undefined, (divided) => assert.deepEqual(shapesOf(divided), [1024, 64]));
    await withModel(together, undefined, (divided) => assert.deepEqual(shapesOf(divided), [1024, 512]));
  });

  it('is run on the smallest that runs, where a smaller one loads all the same', () =>
    withSession(
      // A quarter of a side is shorter than what is cut off.
      [
        layers.inputLayer({ inputShape: [96, 96, 1] }),
        layers.cropping2D({
          cropping: [
            [30, 0],
            [0, 0],
          ],
        }),
        layers.upSampling2d({ size: [128, 128] }),
        ...Array.from({ length: 6 }, () => layers.reLU()),
        layers.globalMaxPooling2d({}),
      ],
      undefined,
      (divided) => assert.deepEqual(divided.liveModel.inputs[0]!.shape, [48, 48, 1]),
    ));

  it('keeps its inputs where there is data, or they are small', async () => {
    const unchanged = (divided: Session, before: Session) => assert.equal(divided, before);
    await withSession([convolution(2048)], 'data.npz', unchanged);
    await withSession([convolution(256)], undefined, unchanged);
  });

  it('keeps them where a layer holds their size', () =>
    withSession(
      [convolution(2048), layers.reshape({ targetShape: [2048, 2048 * 32] })],
      undefined,
      (divided, before) => assert.equal(divided, before),
    ));
});
