import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { copyGraph } from '../../src/compression/fitting/graph-copy.js';
import { channelLayout } from '../../src/core/index.js';
import { type Engine, startEngine, tf } from '../../src/engine/index.js';
import { settleHead } from '../../src/metrics/index.js';
import { uniform } from '../../src/quantize/quantizers/uniform.js';
import { type LiveGraphModel, openModel } from '../../src/session/index.js';
import { guideKernel, onGrid, type Trainee } from '../../src/train/index.js';
import { createStep } from '../../src/train/step.js';
import { skipWithoutNative } from '../engine/native-available.js';
import { stepOptions } from '../options.js';
import { operation, placeholder } from '../pipeline/graph-folder.js';
import { convolution, floats, ints, liveGraph } from './live-graph.js';

const constants = [
  ...[floats('first', 3, 3, 2, 4), floats('b', 4), floats('depth', 3, 3, 4, 2), floats('added', 8)],
  ...[floats('twice', 1, 1, 8, 8), floats('last', 128, 3), ints('flat', -1, 128)],
];

/** A fused convolution, a depthwise one with its bias behind it, and one whose kernel two operations read. */
const nodes = [
  placeholder('x', [-1, 4, 4, 2]),
  convolution('_FusedConv2D', 'c', ['x', 'first', 'b'], { fused: ['BiasAdd', 'LeakyRelu'] }),
  convolution('DepthwiseConv2dNative', 'd', ['c', 'depth']),
  operation('AddV2', 'e', ['d', 'added']),
  convolution('Conv2D', 'f', ['e', 'twice']),
  convolution('Conv2D', 'g', ['f', 'twice']),
  operation('Reshape', 'flattened', ['g', 'flat']),
  operation('MatMul', 'y', ['flattened', 'last']),
];
const KERNELS = ['first', 'depth', 'twice', 'last'];

const images = (seed: number) => tf.randomNormal([8, 4, 4, 2], 0.5, 1, 'float32', seed);

async function copied(engine: Engine) {
  const live = await liveGraph(nodes, constants);
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
      const { student, teacher, studentHeads, teacherHeads, variables } = models;
      const kernels = KERNELS.map((name) => {
        const variable = variables.get(name)!;
        const axes = name === 'depth' ? [2, 3] : [variable.rank - 1];
        const layout = channelLayout(variable.shape, axes);
        return guideKernel(
          { name, variable, axes },
          uniform.fit(variable.dataSync() as Float32Array, layout, 2),
        );
      });
      const inputs = [{ shape: [4, 4, 2], dtype: 'float32' as const }];
      const trainee: Trainee = { engine, student, teacher, kernels, inputs, studentHeads, teacherHeads };
      const options = stepOptions({ distill: 1, precision: 'float32', units: [Float32Array.of(1, 1, 1)] });
      const step = createStep(trainee, options, 'training');
      for (let at = 0; at < 5; at++) {
        const x = images(at % 4);
        const rates = { guidance: 0.02, focus: 2, adam: [0.01, 1e-7] as const };
        await step.run({ inputs: [x], targets: [] }, rates);
      }
      assert.equal(step.eagerReason(), null);
      tf.tidy(() => {
        for (const kernel of kernels) kernel.variable.assign(onGrid(kernel));
      });
      const folded = await openModel({ ...live.loaded, weights: models.weights() });
      assert.ok(folded.kind === 'graph');
      const x = images(9);
      assertNear(student.predict([x])[0]!.dataSync(), predicted(folded, x));
      // They did learn: the graph is another one without them.
      const before = live.loaded.weights.find(({ name }) => name === 'b')!.values;
      assert.notDeepEqual(models.weights().find(({ name }) => name === 'b')!.values, before);
    });
  });
