import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { createRandom, sizeOf } from '../../src/core/index.js';
import { fuseBatchNorm, startEngine, tf, variableOf } from '../../src/engine/index.js';
import { skipWithoutNative } from './native-available.js';

type Args = Parameters<typeof tf.layers.batchNormalization>[0];

const random = createRandom(9);
const noise = (shape: number[]) =>
  tf.tensor(
    Float32Array.from({ length: sizeOf(shape) }, () => 2 * random.normal() + 0.5),
    shape,
  );

/** BatchNorm written out, with no layer of tfjs in it. */
function writtenOut(
  x: tf.Tensor,
  axis: number,
  [gamma, beta, mean, variance]: (tf.Tensor | null)[],
  epsilon: number,
) {
  const along = (values: tf.Tensor) =>
    tf.reshape(
      values,
      x.shape.map((size, at) => (at === axis ? size : 1)),
    );
  const unit = tf.div(tf.sub(x, along(mean!)), tf.sqrt(tf.add(along(variance!), epsilon)));
  const scaled = gamma ? tf.mul(unit, along(gamma)) : unit;
  return beta ? tf.add(scaled, along(beta)) : scaled;
}

function normalizer(shape: number[], args: Args = {}): tf.LayersModel {
  const input = tf.input({ shape: shape.slice(1) });
  return tf.model({
    inputs: input,
    outputs: tf.layers.batchNormalization(args).apply(input) as tf.SymbolicTensor,
  });
}

/** Output, gradients of input and weights, and what the layers' averages are afterwards. */
function train(model: tf.LayersModel, x: tf.Tensor): Float32Array[] {
  return tf.tidy(() => {
    const variables = model.trainableWeights.map(variableOf);
    const outputs: tf.Tensor[] = [];
    const loss = (input: tf.Tensor): tf.Scalar => {
      const y = model.apply(input, { training: true }) as tf.Tensor;
      outputs.push(tf.keep(tf.clone(y)));
      return tf.sum(tf.mul(tf.square(y), tf.cos(tf.reshape(tf.range(0, y.size), y.shape))));
    };
    const ofInput = tf.grad(loss)(x);
    const grads = variables.length === 0 ? {} : tf.variableGrads(() => loss(x), variables).grads;
    const averages = model.nonTrainableWeights.map((weight) => weight.read());
    const tensors = [
      outputs[0]!,
      ofInput,
      ...variables.map((variable) => grads[variable.name]!),
      ...averages,
    ];
    const values = tensors.map((tensor) => Float32Array.from(tensor.dataSync<'float32'>()));
    tf.dispose(outputs);
    return values;
  });
}

function assertClose(actual: Float32Array[], expected: Float32Array[]): void {
  assert.equal(actual.length, expected.length);
  expected.forEach((values, part) => {
    const size = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1);
    values.forEach((value, i) => {
      const got = actual[part]![i]!;
      assert.ok(
        Math.abs(got - value) <= 1e-5 * size,
        `part ${part}, element ${i}: got ${got}, expected ${value}`,
      );
    });
  });
}

/** Runs a model fused and as it comes, from the same weights. */
function assertFusedIsStock(model: tf.LayersModel, x: tf.Tensor): void {
  const start = model.getWeights().map((weight) => weight.clone());
  const stock = train(model, x);
  model.setWeights(start);
  const undo = fuseBatchNorm(model);
  const before = tf.memory().numTensors;
  const fused = train(model, x);
  assert.equal(tf.memory().numTensors, before, 'tensors are left behind');
  undo();
  assertClose(fused, stock);
}

/** Gamma and beta that are not 1 and 0. */
function unsettle(model: tf.LayersModel): tf.LayersModel {
  model.setWeights(model.getWeights().map((weight) => tf.abs(noise(weight.shape))));
  return model;
}

/** Of which stock BatchNorm has no gradient in inference, or no output at all. */
const variants = [
  { name: 'without gamma', shape: [4, 3, 3, 2], axis: -1, scale: false },
  { name: 'without beta', shape: [4, 3, 2], axis: 2, center: false },
  { name: 'without both', shape: [4, 3], axis: -1, scale: false, center: false },
  { name: 'along rows', shape: [4, 3, 5, 2], axis: 1 },
  { name: 'along columns, without gamma', shape: [4, 3, 5, 2], axis: 2, scale: false },
  { name: 'of volumes', shape: [2, 3, 3, 2, 2], axis: -1 },
];

const skipNative = await skipWithoutNative();

for (const engine of ['embedded', 'native'] as const) {
  describe(`fused BatchNorm, ${engine} engine`, { skip: engine === 'native' ? skipNative : false }, () => {
    before(async () => void (await startEngine(engine)));

    for (const shape of [
      [16, 5],
      [8, 6, 5],
      [4, 6, 5, 3],
    ]) {
      it(`is stock BatchNorm of ${shape.join('x')}: output, gradients and averages`, () => {
        assertFusedIsStock(unsettle(normalizer(shape)), noise(shape));
        assertFusedIsStock(unsettle(normalizer(shape, { momentum: 0.6, epsilon: 0.1 })), noise(shape));
      });
    }

    it('normalizes volumes, which stock refuses, as it does their rows', () => {
      const volume = unsettle(normalizer([3, 2, 4, 5, 6]));
      const rows = normalizer([120, 6]);
      rows.setWeights(volume.getWeights());
      const x = noise([3, 2, 4, 5, 6]);
      fuseBatchNorm(volume);
      assertClose(train(volume, x), train(rows, tf.reshape(x, [120, 6])));
    });

    it('takes a missing gamma as 1 and a missing beta as 0, where stock fails', () => {
      const shape = [4, 3, 3, 2];
      const x = noise(shape);
      const bare = normalizer(shape, { scale: false, center: false });
      assertClose(train(bare, x).slice(0, 2), train(normalizer(shape), x).slice(0, 2));
      fuseBatchNorm(bare);
      assertClose(train(bare, x).slice(0, 2), train(normalizer(shape), x).slice(0, 2));
    });

    for (const { name, shape, axis, ...args } of variants)
      it(`has its own output and gradients in inference: ${name}`, () => {
        const model = unsettle(normalizer(shape, { axis, ...args }));
        const x = noise(shape);
        const kept = (axis + shape.length) % shape.length;
        const weight = (own: string) =>
          model.weights.find(({ originalName }) => originalName.endsWith(own))?.read() ?? null;
        const weights = ['gamma', 'beta', 'moving_mean', 'moving_variance'].map(weight);
        const loss = (run: (x: tf.Tensor) => tf.Tensor) => (input: tf.Tensor) =>
          tf.sum(tf.square(run(input)));
        const [ours, expected] = [
          (input: tf.Tensor) => model.apply(input, { training: false }) as tf.Tensor,
          (input: tf.Tensor) => writtenOut(input, kept, weights, 1e-3),
        ].map((run) =>
          tf.tidy(() => [run(x), tf.grad(loss(run))(x)].map((each) => each.dataSync<'float32'>())),
        );
        assertClose(ours!, expected!);
      });

    it('trains along another dimension as along the last', () => {
      const [first, last] = [normalizer([4, 3, 5, 2], { axis: 1 }), normalizer([4, 5, 2, 3])].map(unsettle);
      first!.setWeights(last!.getWeights());
      const [x, turned] = [noise([4, 3, 5, 2]), [0, 2, 3, 1]];
      const loss =
        (model: tf.LayersModel, order: number[]) =>
        (input: tf.Tensor): tf.Scalar =>
          tf.sum(tf.pow(tf.transpose(model.apply(input, { training: true }) as tf.Tensor, order), 3));
      const [one, other] = tf.tidy(() => [
        tf.transpose(tf.grad(loss(first!, turned))(x), turned),
        tf.grad(loss(last!, [0, 1, 2, 3]))(tf.transpose(x, turned)),
      ]);
      const values = (model: tf.LayersModel, gradient: tf.Tensor) =>
        [gradient, ...model.nonTrainableWeights.map((weight) => weight.read())].map((each) =>
          each.dataSync<'float32'>(),
        );
      assertClose(values(first!, one!), values(last!, other!));
    });

    it('reaches nested models and TimeDistributed', () => {
      const inner = tf.sequential({ layers: [tf.layers.batchNormalization({ inputShape: [4, 3, 2] })] });
      const wrapped = tf.layers.timeDistributed({ layer: tf.layers.batchNormalization({}) });
      const nested = tf.sequential({ layers: [inner, wrapped] });
      const layers = [inner.layers[0]!, wrapped.layer];
      assertFusedIsStock(nested, noise([5, 4, 3, 2]));
      const undo = fuseBatchNorm(nested);
      assert.deepEqual(
        layers.map((layer) => Object.hasOwn(layer, 'call')),
        [true, true],
      );
      undo();
      assert.deepEqual(
        layers.map((layer) => Object.hasOwn(layer, 'call')),
        [false, false],
      );
    });

    it('leaves inference as it is', () => {
      const model = unsettle(normalizer([4, 3, 3, 2]));
      const x = noise([4, 3, 3, 2]);
      const predict = () =>
        tf.tidy(() => (model.apply(x, { training: false }) as tf.Tensor).dataSync<'float32'>());
      const stock = predict();
      fuseBatchNorm(model);
      assert.deepEqual(predict(), stock);
    });

    it('uses the momentum of the moment', () => {
      const model = normalizer([6, 2]);
      const undo = fuseBatchNorm(model);
      Object.assign(model.layers[1]!, { momentum: 0 });
      const x = tf.tensor2d([1, 10, 2, 20, 3, 30, 4, 40, 5, 50, 6, 60], [6, 2]);
      tf.dispose(model.apply(x, { training: true }) as tf.Tensor);
      const [mean, variance] = model.nonTrainableWeights.map((weight) => [...weight.read().dataSync()]);
      assert.deepEqual(mean!.map(Math.round), [4, 35]); // 3.5 rounds up
      assert.ok(Math.abs(variance![0]! - 35 / 12) < 1e-5 && Math.abs(variance![1]! - 3500 / 12) < 1e-3);
      undo();
    });
  });
}
