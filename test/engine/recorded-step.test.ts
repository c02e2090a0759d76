import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { adamUpdate } from '../../src/engine/adam-update.js';
import { runEagerly } from '../../src/engine/eager-step.js';
import type { Precision, Step } from '../../src/engine/engine.js';
import { compiledStateSchema, type Engine, fuseBatchNorm, startEngine, tf } from '../../src/engine/index.js';
import { softmaxCrossEntropy } from '../../src/engine/softmax-cross-entropy.js';
import { skipWithoutNative } from './native-available.js';

const skip = await skipWithoutNative();

interface Learner {
  readonly step: Step;
  readonly variables: tf.Variable[];
  /** The values of all variables. */
  read(): number[][];
}

/** A small network with convolutions, BatchNorm, ReLU6 and a bias, its step with Adam. */
function createLearner(): Learner {
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({
        filters: 4,
        kernelSize: 3,
        inputShape: [6, 6, 2],
        // The gradient of a bias before BatchNorm is nothing but noise, of which Adam makes steps.
        useBias: false,
        kernelInitializer: tf.initializers.glorotUniform({ seed: 1 }),
      }),
      tf.layers.batchNormalization(),
      tf.layers.reLU({ maxValue: 6 }),
      tf.layers.depthwiseConv2d({
        kernelSize: 2,
        depthwiseInitializer: tf.initializers.glorotUniform({ seed: 2 }),
      }),
      tf.layers.activation({ activation: 'relu' }),
      tf.layers.globalAveragePooling2d({ dataFormat: 'channelsLast' }),
      tf.layers.dense({ units: 3, kernelInitializer: tf.initializers.glorotUniform({ seed: 3 }) }),
    ],
  });
  fuseBatchNorm(model);
  const weights = model.trainableWeights.map((weight) => (weight as unknown as { val: tf.Variable }).val);
  const statistics = model.nonTrainableWeights.map(
    (weight) => (weight as unknown as { val: tf.Variable }).val,
  );
  const moments = weights.map((weight) => [zeros(weight), zeros(weight)] as const);
  const step: Step = ([x, y, rate]) => {
    const { value, grads } = tf.variableGrads(
      () => tf.mean(softmaxCrossEntropy(model.apply(x!, { training: true }) as tf.Tensor, y!)) as tf.Scalar,
      weights,
    );
    for (const [index, variable] of weights.entries()) {
      const [first, second] = moments[index]!;
      adamUpdate({ variable, first, second }, grads[variable.name]!, rate as tf.Scalar, tf.scalar(1e-7));
    }
    return [value];
  };
  const variables = [...weights, ...statistics, ...moments.flat()];
  return { step, variables, read: () => variables.map((variable) => [...variable.dataSync()]) };
}

const zeros = (like: tf.Tensor): tf.Variable => tf.variable(tf.zerosLike(like), false);

function batchOf(size: number, seed: number): tf.Tensor[] {
  const x = tf.randomNormal([size, 6, 6, 2], 0, 1, 'float32', seed);
  const y = tf.cast(tf.oneHot(tf.mod(tf.range(0, size, 1, 'int32'), tf.scalar(3, 'int32')), 3), 'float32');
  return [x, y, tf.scalar(0.01)];
}

function assertClose(actual: readonly number[][], expected: readonly number[][], tolerance: number): void {
  for (const [index, values] of expected.entries()) {
    const size = Math.max(1e-3, ...values.map(Math.abs));
    for (const [i, value] of values.entries())
      assert.ok(
        Math.abs(actual[index]![i]! - value) <= tolerance * size,
        `${index}[${i}]: ${actual[index]![i]} in place of ${value}`,
      );
  }
}

describe('a recorded step', { skip }, () => {
  let engine: Engine;
  before(async () => {
    engine = await startEngine('native');
  });
  after(() => tf.disposeVariables());

  /** Losses of some batches, eagerly and as the engine compiles them, and the weights afterwards. */
  function bothWays(batches: readonly tf.Tensor[][]) {
    const eager = createLearner();
    const eagerStep = runEagerly(eager.step);
    const compiled = createLearner();
    const compiledStep = engine.compileStep(compiled.step, compiled.variables);
    const eagerLosses = batches.map((inputs) => eagerStep(inputs)[0]!.dataSync()[0]!);
    const losses = batches.map((inputs) => compiledStep.run(inputs)[0]!.dataSync()[0]!);
    return { eager, eagerLosses, compiled, compiledStep, losses };
  }

  it('does what the eager one does', () => {
    const { eager, eagerLosses, compiled, compiledStep, losses } = bothWays(
      [1, 2, 3, 4, 5, 6].map((seed) => batchOf(8, seed)),
    );
    assert.equal(compiledStep.eagerReason(), null);
    assertClose([losses], [eagerLosses], 1e-4);
    assertClose(compiled.read(), eager.read(), 1e-2);
    compiledStep.dispose();
  });

  it('is recorded once for each size of a batch, and all share the variables', () => {
    const { eagerLosses, compiledStep, losses } = bothWays(
      [8, 8, 8, 5, 5, 5, 8, 8, 5].map((size, seed) => batchOf(size, seed)),
    );
    assert.equal(compiledStep.eagerReason(), null);
    assertClose([losses], [eagerLosses], 1e-3);
    compiledStep.dispose();
  });

  it('takes no more tensors from call to call and none with it when it is disposed of', () => {
    const { step, variables } = createLearner();
    const inputs = batchOf(8, 1);
    const before = tf.memory().numTensors;
    const compiled = engine.compileStep(step, variables);
    for (let call = 0; call < 6; call++) tf.dispose(compiled.run(inputs));
    assert.equal(tf.memory().numTensors, before);
    compiled.dispose();
    assert.equal(tf.memory().numTensors, before);
  });

  it('tells its variables from others that were assigned the same tensor', () => {
    const start = tf.variable(tf.scalar(3));
    const [moved, doubled] = [tf.variable(tf.scalar(0)), tf.variable(tf.scalar(0))];
    for (const variable of [moved, doubled]) variable.assign(start);
    const compiled = engine.compileStep(
      ([by]) => {
        moved.assign(tf.add(moved, by!));
        doubled.assign(tf.mul(doubled, 2));
        return [tf.stack([tf.sub(moved, start), tf.div(doubled, start)])];
      },
      [moved, doubled],
    );
    const outputs = [1, 2, 3, 4].map(() => [...compiled.run([tf.scalar(1)])[0]!.dataSync()]);
    assert.deepEqual(outputs, [
      [1, 2],
      [2, 4],
      [3, 8],
      [4, 16],
    ]);
    assert.equal(compiled.eagerReason(), null);
    compiled.dispose();
  });

  it('sees what was assigned between two calls, and whoever looks sees what it did', () => {
    const count = tf.variable(tf.scalar(0));
    const compiled = engine.compileStep(
      ([by]) => {
        count.assign(tf.add(count, by!));
        return [tf.mul(count, 10)];
      },
      [count],
    );
    const by = tf.scalar(2);
    const call = () => compiled.run([by])[0]!.dataSync()[0];
    assert.deepEqual([call(), call(), call(), call()], [20, 40, 60, 80]);
    const copy = tf.clone(count);
    assert.equal(call(), 100);
    assert.equal(count.dataSync()[0], 10);
    assert.equal(copy.dataSync()[0], 8, 'a copy keeps its value');
    count.assign(tf.scalar(100));
    assert.equal(call(), 1020);
    compiled.dispose();
    assert.equal(count.dataSync()[0], 102);
  });

  it('is recorded anew when a weight that it took for constant is not', () => {
    const teacher = tf.variable(tf.scalar(3));
    const compiled = engine.compileStep(([x]) => [tf.mul(x!, teacher)], []);
    const call = (value: number) => compiled.run([tf.scalar(value)])[0]!.dataSync()[0];
    assert.deepEqual([call(1), call(2), call(3)], [3, 6, 9]);
    teacher.assign(tf.scalar(5));
    assert.deepEqual([call(1), call(2), call(3)], [5, 10, 15]);
    assert.equal(compiled.eagerReason(), null);
    compiled.dispose();
  });

  it('is recorded where it only reads back what no input has a part in, such as a shape', () => {
    const factor = tf.variable(tf.scalar(2));
    const compiled = engine.compileStep(
      ([x]) => {
        const sides = tf.reverse(tf.tensor1d(x!.shape, 'int32')).dataSync();
        return [tf.mul(tf.reshape(x!, [...sides]), factor)];
      },
      [factor],
    );
    const call = (value: number) => compiled.run([tf.tensor2d([[value, 1]])])[0]!;
    for (const value of [1, 2, 3]) {
      assert.deepEqual(call(value).shape, [2, 1]);
      assert.deepEqual([...call(value).dataSync()], [2 * value, 2]);
    }
    assert.equal(compiled.eagerReason(), null);
    compiled.dispose();
  });

  it('goes on eagerly where it reads a value back', () => {
    const total = tf.variable(tf.scalar(0));
    const compiled = engine.compileStep(
      ([x]) => {
        const sum = tf.sum(x!).dataSync()[0]!;
        total.assign(tf.scalar(sum));
        return [tf.scalar(sum * 2)];
      },
      [total],
    );
    const call = (value: number) => compiled.run([tf.tensor1d([value, value])])[0]!.dataSync()[0];
    assert.deepEqual([call(1), call(2), call(3)], [4, 8, 12]);
    assert.match(compiled.eagerReason()!, /reads a value back/);
    assert.equal(total.dataSync()[0], 6);
  });

  it('goes on eagerly where the first replay is something else than an eager call', () => {
    const compiled = engine.compileStep(([x]) => [tf.dropout(x!, 0.5)], []);
    // A thousand values, since two draws can well have the same sum.
    const x = tf.ones([1000]);
    const draws = new Set([1, 2, 3, 4, 5].map(() => compiled.run([x])[0]!.dataSync().join()));
    assert.equal(draws.size, 5, 'drawn anew each time');
    assert.match(compiled.eagerReason()!, /off by/);
  });

  it('leaves an error in the step to the caller', () => {
    const compiled = engine.compileStep(() => {
      throw new Error('by the step itself');
    }, []);
    assert.throws(() => compiled.run([tf.scalar(1)]), /by the step itself/);
    assert.equal(tf.add(1, 2).dataSync()[0], 3);
  });
});

describe('the precision of a recorded step', { skip }, () => {
  let engine: Engine;
  before(async () => {
    engine = await startEngine('native');
  });
  after(() => tf.disposeVariables());

  function train(precision: Precision) {
    const { step, variables, read } = createLearner();
    const batches = [1, 2, 3, 4, 5, 6].map((seed) => batchOf(8, seed));
    const before = tf.memory().numTensors;
    const compiled = engine.compileStep(step, variables, precision);
    const losses = batches.map((inputs) => {
      const outputs = compiled.run(inputs);
      const [loss] = outputs[0]!.dataSync();
      tf.dispose(outputs);
      return loss!;
    });
    assert.equal(tf.memory().numTensors, before);
    assert.equal(compiled.eagerReason(), null);
    const chosen = compiled.precision();
    compiled.dispose();
    return { losses, values: read(), chosen };
  }

  it('bfloat16 learns as float32 does, by other bits', () => {
    const [wide, narrow] = [train('float32'), train('bfloat16')];
    assert.equal(wide.chosen, null);
    assert.equal(narrow.chosen?.name, 'bfloat16');
    assert.notDeepEqual(narrow.losses.slice(1), wide.losses.slice(1));
    assertClose([narrow.losses], [wide.losses], 2e-2);
  });

  it('left open is what the table has for this processor, by the same bits as asked for', () => {
    const open = train('auto');
    const { losses, values } = train(open.chosen?.name ?? 'float32');
    assert.deepEqual(open.losses, losses);
    assert.deepEqual(open.values, values);
  });

  it('stays float32 where the graph in bfloat16 does something else', () => {
    const compiled = engine.compileStep(
      // 1 + 2^-10 is 1 in bfloat16.
      ([x]) => [tf.mul(tf.sub(tf.conv2d(x as tf.Tensor4D, tf.ones([1, 1, 1, 1]), 1, 'same'), 1), 1024)],
      [],
      'bfloat16',
    );
    const x = tf.fill([1, 2, 2, 1], 1 + 2 ** -10);
    for (let call = 0; call < 3; call++) assert.equal(compiled.run([x])[0]!.dataSync()[0], 1);
    assert.equal(compiled.precision()?.name, 'float32');
    assert.match(compiled.precision()!.reason, /off by/);
    compiled.dispose();
  });
});

describe('a step that goes on as another one did', { skip }, () => {
  let engine: Engine;
  before(async () => {
    engine = await startEngine('native');
  });
  after(() => tf.disposeVariables());

  const batches = () => [8, 8, 5, 8, 5, 5, 8].map((size, index) => batchOf(size, index + 1));

  /** Losses of `batches`, and the weights, where another step takes over after so many of them. */
  function learn(precision: Precision, takeOverAt: number) {
    let learner = createLearner();
    let compiled = engine.compileStep(learner.step, learner.variables, precision);
    const losses = batches().map((inputs, index) => {
      if (index === takeOverAt) {
        const state = compiledStateSchema.parse(structuredClone(compiled.state()));
        const values = learner.read();
        compiled.dispose();
        learner = createLearner();
        for (const [at, variable] of learner.variables.entries())
          variable.assign(tf.tensor(Float32Array.from(values[at]!), variable.shape));
        compiled = engine.compileStep(learner.step, learner.variables, precision);
        compiled.restore(state);
        assert.deepEqual(learner.read(), values);
      }
      return compiled.run(inputs)[0]!.dataSync()[0]!;
    });
    const values = learner.read();
    compiled.dispose();
    return { losses, values };
  }

  // The sizes of a batch have each been seen never, once, or so often that their step is replayed.
  for (const [precision, calls] of [
    ['float32', [1, 2, 3, 6]],
    ['bfloat16', [1, 4]],
  ] as const) {
    it(`gives the same bits in ${precision}, whichever call it begins with`, () => {
      const whole = learn(precision, Number.NaN);
      for (const at of calls) assert.deepEqual(learn(precision, at), whole, `from call ${at}`);
    });
  }

  it('stays with the precision and the eager calls that the other one had come to', () => {
    const compile = () => engine.compileStep(([x]) => [tf.mul(x!, 2)], []);
    const x = tf.tensor1d([3]);
    for (const state of [
      { kind: 'replayed', chosen: { name: 'float32', reason: 'off by 3' } },
      { kind: 'eager', reason: 'off by 3' },
    ] as const) {
      const step = compile();
      step.restore([{ inputs: [{ dtype: 'float32', shape: [1] }], state }]);
      assert.equal(step.run([x])[0]!.dataSync()[0], 6);
      assert.equal(state.kind === 'eager' ? step.eagerReason() : step.precision()?.reason, 'off by 3');
      step.dispose();
    }
  });
});

describe('fused kernels', { skip }, () => {
  // Once registered, they serve the engine that comes after the native one too.
  for (const name of ['native', 'embedded'] as const)
    it(`have the gradients that finite differences give, ${name}`, async () => {
      await startEngine('native');
      await startEngine(name);
      gradientsAreRight();
    });

  function gradientsAreRight(): void {
    const logits = tf.tensor2d([0.3, -1.2, 2, 0.1, 0.4, -0.7], [2, 3]);
    const targets = tf.tensor2d([0, 1, 0, 0.2, 0.3, 0.5], [2, 3]);
    const cases: [string, (x: tf.Tensor) => tf.Tensor, tf.Tensor][] = [
      ['softmax cross-entropy', (x) => tf.sum(softmaxCrossEntropy(x, targets)), logits],
      ['relu', (x) => tf.sum(tf.square(tf.relu(x))), tf.tensor1d([-2, 0.5, 3])],
      ['relu6', (x) => tf.sum(tf.square(tf.relu6(x))), tf.tensor1d([-2, 0.5, 3, 7])],
      ['bias', (b) => tf.sum(tf.square(tf.add(tf.ones([2, 3, 2]), b))), tf.tensor1d([0.4, -0.3])],
    ];
    for (const [name, f, x] of cases) {
      const gradient = tf
        .grad((each) => f(each) as tf.Scalar)(x)
        .dataSync();
      for (const [i, got] of gradient.entries()) {
        const at = (delta: number) => {
          const moved = Float32Array.from(x.dataSync());
          moved[i]! += delta;
          return f(tf.tensor(moved, x.shape)).dataSync()[0]!;
        };
        const expected = (at(1e-2) - at(-1e-2)) / 2e-2;
        assert.ok(Math.abs(got - expected) < 2e-2 * Math.max(1, Math.abs(expected)), `${name}[${i}]`);
      }
    }
  }
});
