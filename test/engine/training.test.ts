import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { createRandom, sizeOf } from '../../src/core/index.js';
import { nestedLayers, startEngine, tf, variableOf } from '../../src/engine/index.js';
import { registeredLayers } from '../model/specimens.js';
import { type LayerKind, layerKinds, mergeKinds } from './layer-kinds.js';
import { skipWithoutNative } from './native-available.js';

const BATCH = 4;
const random = createRandom(5);

/** What a training step computes. */
interface Result {
  readonly loss: Float32Array;
  /** Gradients of the input, where it has one, then of every weight. */
  readonly gradients: Float32Array[];
  /** Weights that the step itself moves: BatchNorm's averages. */
  readonly statistics: Float32Array[];
}

const read = (tensors: tf.Tensor[]) =>
  tensors.map((tensor) => Float32Array.from(tensor.dataSync<'float32'>()));

function lossOf(model: tf.LayersModel, input: tf.Tensor): tf.Scalar {
  const y = model.apply(input, { training: true }) as tf.Tensor;
  const weights = tf.tensor(
    Float32Array.from({ length: y.size }, (_, i) => Math.sin(i + 1)),
    y.shape,
  );
  return tf.sum(tf.mul(tf.add(tf.square(y), y), weights));
}

function step(model: tf.LayersModel, x: tf.Tensor): Result {
  return tf.tidy(() => {
    const variables = model.trainableWeights.map(variableOf);
    const loss = lossOf(model, x);
    const grads = variables.length === 0 ? {} : tf.variableGrads(() => lossOf(model, x), variables).grads;
    const ofInput = x.dtype === 'float32' ? [tf.grad((input) => lossOf(model, input))(x)] : [];
    return {
      loss: read([loss])[0]!,
      gradients: read([...ofInput, ...variables.map((variable) => grads[variable.name]!)]),
      statistics: read(model.nonTrainableWeights.map((weight) => weight.read())),
    };
  });
}

/** The loss's slope along a direction in input and weights, from the losses at a small distance on both sides. */
function slopeAlong(
  model: tf.LayersModel,
  x: tf.Tensor,
  directions: Float32Array[],
  distance: number,
): number {
  return tf.tidy(() => {
    const variables = model.trainableWeights.map(variableOf);
    const operands = x.dtype === 'float32' ? [x, ...variables] : variables;
    const start = operands.map((operand) => tf.clone(operand));
    const [down, up] = [-distance, distance].map((way) => {
      const moved = start.map((from, i) => tf.add(from, tf.mul(tf.tensor(directions[i]!, from.shape), way)));
      variables.forEach((variable, i) => {
        variable.assign(moved[i + operands.length - variables.length]!);
      });
      return lossOf(model, x.dtype === 'float32' ? moved[0]! : x).dataSync()[0]!;
    });
    return (up! - down!) / (2 * distance);
  });
}

function inputOf({ input, tokens }: Pick<LayerKind, 'input' | 'tokens'>): tf.Tensor {
  const shape = [BATCH, ...input];
  const values = Array.from({ length: sizeOf(shape) }, () => (tokens ? random.below(7) : random.normal()));
  return tf.tensor(values, shape, tokens ? 'int32' : 'float32');
}

function sequence(kind: LayerKind): tf.LayersModel {
  const input = tf.input({ shape: [...kind.input], ...(kind.tokens ? { dtype: 'int32' } : {}) });
  const output = kind.build().reduce((x, layer) => layer.apply(x) as tf.SymbolicTensor, input);
  return tf.model({ inputs: input, outputs: output });
}

function merge(layer: tf.layers.Layer): tf.LayersModel {
  const input = tf.input({ shape: [6, 3] });
  const branches = [0, 1].map(() => tf.layers.dense({ units: 3 }).apply(input) as tf.SymbolicTensor);
  return tf.model({ inputs: input, outputs: layer.apply(branches) as tf.SymbolicTensor });
}

function assertClose(actual: ArrayLike<number>[], expected: ArrayLike<number>[], what: string): void {
  expected.forEach((values, part) => {
    const size = Math.max(1, ...Array.from(values, Math.abs));
    Array.from(values).forEach((value, i) => {
      const got = actual[part]![i]!;
      assert.ok(
        Math.abs(got - value) <= 1e-4 * size,
        `${what} ${part}, element ${i}: got ${got}, expected ${value}`,
      );
    });
  });
}

async function assertTrains(build: () => tf.LayersModel, x: tf.Tensor, cpuIsWrong?: string): Promise<void> {
  const model = build();
  const start = model.getWeights().map((weight) => weight.clone());
  const onBackend = async (backend: string) => {
    await tf.setBackend(backend);
    model.setWeights(start);
    return step(model, x);
  };
  const cpu = cpuIsWrong === undefined ? await onBackend('cpu') : undefined;
  await tf.setBackend('wasm');
  const count = tf.memory().numTensors;
  const wasm = await onBackend('wasm');
  assert.equal(tf.memory().numTensors, count, 'tensors are left behind');
  if (cpu !== undefined) {
    assertClose([wasm.loss], [cpu.loss], 'loss');
    assertClose(wasm.gradients, cpu.gradients, 'gradient');
    assertClose(wasm.statistics, cpu.statistics, 'statistic');
  }
  const directions = wasm.gradients.map(({ length }) => Float32Array.from({ length }, () => random.normal()));
  const products = directions.map((direction, i) =>
    direction.map((value, j) => value * wasm.gradients[i]![j]!),
  );
  const [expected, size] = products
    .flatMap((list) => [...list])
    .reduce(([sum, square], p) => [sum + p, square + p * p], [0, 0]);
  const slope = slopeAlong(model, x, directions, 2e-4);
  assert.ok(
    Math.abs(slope - expected) <= 0.03 * (Math.sqrt(size) + 1),
    `slope ${slope}, by the gradient ${expected}`,
  );
  tf.dispose([...start, x]);
  model.dispose();
}

describe('a training step of the embedded engine has the gradients of the CPU backend and of finite differences', () => {
  before(async () => void (await startEngine('embedded')));

  for (const kind of layerKinds)
    it(kind.name, () => assertTrains(() => sequence(kind), inputOf(kind), kind.cpuIsWrong));

  for (const [name, layer] of Object.entries(mergeKinds)) {
    it(name, () => assertTrains(() => merge(layer()), inputOf({ input: [6, 3] })));
  }
});

describe('a training step of the native engine', { skip: await skipWithoutNative() }, () => {
  for (const kind of layerKinds)
    it(`${kind.name} has the gradients of the embedded engine`, async () => {
      const model = sequence(kind);
      const x = inputOf(kind);
      const start = model.getWeights().map((weight) => weight.clone());
      const results: Result[] = [];
      for (const engine of ['native', 'embedded'] as const) {
        await startEngine(engine);
        model.setWeights(start);
        results.push(step(model, x));
      }
      assertClose(results[1]!.gradients, results[0]!.gradients, 'gradient');
    });
});

describe('the layers that are trained here', () => {
  it('are of every class that tfjs registers, but models and those that tfjs itself cannot run in one', () => {
    const models = layerKinds.map(sequence);
    const used = [...models, ...Object.values(mergeKinds).map((layer) => merge(layer()))].flatMap(
      nestedLayers,
    );
    const cells = used.flatMap((layer) => [Reflect.get(layer, 'cell') ?? []].flat() as tf.layers.Layer[]);
    const stacked = cells.flatMap((cell) => (Reflect.get(cell, 'cells') ?? []) as tf.layers.Layer[]);
    const names = new Set([...used, ...cells, ...stacked].map((layer) => layer.getClassName()));
    const missing = [...registeredLayers().keys()].filter((name) => !names.has(name));
    assert.deepEqual(missing.sort(), ['Functional', 'Model', 'RandomWidth', 'Resizing', 'Sequential']);
  });
});

describe('einsum, a kernel borrowed from the CPU backend', () => {
  it('gives the products that matMul gives, and leaves nothing behind', async () => {
    await startEngine('embedded');
    const [a, b] = [tf.randomNormal([2, 3, 4]), tf.randomNormal([4, 5])] as [tf.Tensor, tf.Tensor];
    const cpu = tf.findBackend('cpu');
    const before = [tf.memory().numTensors, tf.backend().numDataIds(), cpu.numDataIds()];
    const [ours, expected] = tf.tidy(() =>
      read([tf.einsum('abc,cd->abd', a, b), tf.matMul(tf.reshape(a, [6, 4]), b)]),
    );
    for (const [i, value] of expected!.entries()) assert.ok(Math.abs(ours![i]! - value) < 1e-5);
    assert.deepEqual([tf.memory().numTensors, tf.backend().numDataIds(), cpu.numDataIds()], before);
  });
});
