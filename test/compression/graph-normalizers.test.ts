import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { copyGraph } from '../../src/compression/fitting/graph-copy.js';
import { channelLayout, type NamedTensor } from '../../src/core/index.js';
import { type Engine, startEngine, tf } from '../../src/engine/index.js';
import { settleHead } from '../../src/metrics/index.js';
import { uniform } from '../../src/quantize/quantizers/uniform.js';
import { type LiveGraphModel, openModel } from '../../src/session/index.js';
import { guideKernel, onGrid, type Trainee } from '../../src/train/index.js';
import { createStep } from '../../src/train/step.js';
import { skipWithoutNative } from '../engine/native-available.js';
import { stepOptions } from '../options.js';
import { type Constant, operation, placeholder } from '../pipeline/graph-folder.js';
import { convolution, floats, ints, liveGraph } from './live-graph.js';

const constants = [
  ...[floats('first', 3, 3, 2, 4), floats('b', 4), floats('depth', 3, 3, 4, 2), floats('added', 8)],
  ...[floats('twice', 1, 1, 8, 8), floats('last', 128, 3), ints('flat', -1, 128)],
];

/**
 * A fused convolution, a depthwise one with its bias behind it, and one whose kernel two operations read; the second has
 * the name that a part of the first would be given.
 */
const nodes = [
  placeholder('x', [-1, 4, 4, 2]),
  convolution('_FusedConv2D', 'c', ['x', 'first', 'b'], { fused: ['BiasAdd', 'LeakyRelu'] }),
  convolution('DepthwiseConv2dNative', 'c/part_0', ['c', 'depth']),
  operation('AddV2', 'e', ['c/part_0', 'added']),
  convolution('Conv2D', 'f', ['e', 'twice']),
  convolution('Conv2D', 'g', ['f', 'twice']),
  operation('Reshape', 'flattened', ['g', 'flat']),
  operation('MatMul', 'y', ['flattened', 'last']),
];
const KERNELS = ['first', 'depth', 'twice', 'last'];

/** tfjs takes a seed of 0 for none. */
const images = (seed: number) => tf.randomNormal([8, 4, 4, 2], 0.5, 1, 'float32', seed + 1);

async function copied(engine: Engine, graph = nodes, own: readonly Constant[] = constants) {
  const live = await liveGraph(graph, own);
  const heads = live.sources.map((source) => settleHead(source, 'none'));
  const models = await copyGraph(live, heads, {
    pinned: new Set(),
    watched: [],
    normalized: new Set(KERNELS),
    tied: new Map(),
  });
  let batches = 3;
  await models.observe!(engine, async () => (batches-- === 0 ? null : [images(batches)]));
  return { live, models };
}

type Copied = Awaited<ReturnType<typeof copied>>;

/** Trains the copy for some steps, and puts its kernels on their grids. */
async function learn(engine: Engine, { live, models }: Copied, steps: number): Promise<void> {
  const { student, teacher, studentHeads, teacherHeads, variables } = models;
  const kernels = live.weights.flatMap(({ name, role, channelAxes: axes }) => {
    if (role !== 'kernel') return [];
    const variable = variables.get(name)!;
    const layout = channelLayout(variable.shape, axes);
    return [
      guideKernel({ name, variable, axes }, uniform.fit(variable.dataSync() as Float32Array, layout, 2)),
    ];
  });
  const inputs = [{ shape: [4, 4, 2], dtype: 'float32' as const }];
  const trainee: Trainee = { engine, student, teacher, kernels, inputs, studentHeads, teacherHeads };
  const options = stepOptions({ distill: 1, precision: 'float32', units: [Float32Array.of(1, 1, 1)] });
  const step = createStep(trainee, options, 'training');
  for (let at = 0; at < steps; at++) {
    const x = images(at % 4);
    const rates = { guidance: 0.02, focus: 2, adam: [0.01, 1e-7] as const };
    await step.run({ inputs: [x], targets: [] }, rates);
  }
  assert.equal(step.eagerReason(), null);
  tf.tidy(() => {
    for (const kernel of kernels) kernel.variable.assign(onGrid(kernel));
  });
}

const valuesIn = (weights: readonly NamedTensor[], name: string) =>
  weights.find((weight) => weight.name === name)!.values;

const predicted = (live: LiveGraphModel, x: tf.Tensor) => live.step!([x])[0]!.dataSync();

function assertNear(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  const size = Math.max(...Array.from(expected, Math.abs));
  for (let index = 0; index < expected.length; index++)
    assert.ok(
      Math.abs(actual[index]! - expected[index]!) < 1e-4 * size,
      `${actual[index]} ${expected[index]}`,
    );
}

const withoutNative = await skipWithoutNative();

for (const name of ['native', 'embedded'] as const)
  describe(`normalizers in a graph that learns, ${name}`, {
    skip: name === 'native' && withoutNative,
  }, () => {
    let engine: Engine;
    before(async () => {
      engine = await startEngine(name);
    });

    it('leave the float graph as it is, and are put where a bias follows a kernel that one operation reads', async () => {
      const { live, models } = await copied(engine);
      assert.deepEqual([...models.factors!().keys()], ['first', 'depth']);
      const x = images(9);
      assertNear(models.student.predict([x])[0]!.dataSync(), predicted(live, x));
      models.dispose();
      live.dispose();
    });

    it('are folded into the weights of the graph that came in, whose answers are those of the one that learned', async () => {
      const { live, models } = await copied(engine);
      await learn(engine, { live, models }, 5);
      const folded = await openModel({ ...live.loaded, weights: models.weights() });
      assert.ok(folded.kind === 'graph');
      const x = images(9);
      assertNear(models.student.predict([x])[0]!.dataSync(), predicted(folded, x));
      // They did learn: the graph is another one without them.
      assert.notDeepEqual(valuesIn(models.weights(), 'b'), valuesIn(live.loaded.weights, 'b'));
    });

    it('count the bias of a single channel as one, whichever operation adds it', async () => {
      const biases = [];
      for (const addition of ['BiasAdd', 'AddV2']) {
        const graph = [
          placeholder('x', [-1, 4, 4, 2]),
          convolution('Conv2D', 'c', ['x', 'first']),
          operation(addition, 'y', ['c', 'b']),
        ];
        const both = await copied(engine, graph, [floats('first', 3, 3, 2, 1), floats('b', 1)]);
        await learn(engine, both, 3);
        const folded = await openModel({ ...both.live.loaded, weights: both.models.weights() });
        assert.ok(folded.kind === 'graph');
        const x = images(9);
        assertNear(both.models.student.predict([x])[0]!.dataSync(), predicted(folded, x));
        biases.push(valuesIn(both.models.weights(), 'b'));
      }
      assert.deepEqual(biases[0], biases[1]);
    });
  });
