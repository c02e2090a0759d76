import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { copyGraph } from '../../src/compression/fitting/graph-copy.js';
import { channelLayout } from '../../src/core/index.js';
import { type Engine, startEngine, tf } from '../../src/engine/index.js';
import { type OutputHead, settleHead } from '../../src/metrics/index.js';
import { uniform } from '../../src/quantize/quantizers/uniform.js';
import { disposeKernel, guideKernel, type Trainee } from '../../src/train/index.js';
import { createStep } from '../../src/train/step.js';
import { skipWithoutNative } from '../engine/native-available.js';
import { stepOptions } from '../options.js';
import { type Node, operation, placeholder } from '../pipeline/graph-folder.js';
import { convolution, floats, ints, liveGraph } from './live-graph.js';

const BATCH = 6;
const CLASSES = 3;
const RATES = { guidance: 0.02, focus: 2, adam: [0.001, 1e-7] as const };
const constants = [
  ...[floats('kernel', 3, 3, 2, 4), floats('bias', 4), floats('last', 64, CLASSES), ints('flat', -1, 64)],
];

/** A convolution and a product with a softmax, for so many samples at a time. */
const nodes = (batch: number): Node[] => [
  placeholder('x', [batch, 4, 4, 2]),
  convolution('_FusedConv2D', 'c', ['x', 'kernel', 'bias'], { fused: ['BiasAdd', 'Relu6'] }),
  operation('Reshape', 'f', ['c', 'flat']),
  operation('MatMul', 'logits', ['f', 'last']),
  operation('Softmax', 'p', ['logits']),
  operation('Identity', 'y', ['p']),
];

const images = () => {
  const values = Array.from({ length: BATCH * 32 }, (_, i) => Math.sin(5 * i + 1));
  return tf.tensor(values, [BATCH, 4, 4, 2]);
};
const labels = () => tf.tidy(() => tf.cast(tf.oneHot([0, 2, 1, 1, 0, 2], CLASSES), 'float32'));

/** The weights after some steps, and why the steps were slow. */
async function trained(engine: Engine, batch: number, distill: number, steps = 3) {
  const live = await liveGraph(nodes(batch), constants);
  const heads: OutputHead[] = live.sources.map((source) => settleHead(source, 'class'));
  const { student, teacher, studentHeads, teacherHeads, variables, dispose } = await copyGraph(live, heads, {
    pinned: new Set(),
    watched: [],
    normalized: new Set(),
    tied: new Map(),
  });
  const kernels = ['kernel', 'last'].map((name) => {
    const variable = variables.get(name)!;
    const axes = [variable.rank - 1];
    const layout = channelLayout(variable.shape, axes);
    const grid = uniform.fit(variable.dataSync() as Float32Array, layout, 2);
    return guideKernel({ name, variable, axes }, grid);
  });
  const inputs = [{ shape: [4, 4, 2], dtype: 'float32' as const }];
  const trainee: Trainee = { engine, student, teacher, kernels, inputs, studentHeads, teacherHeads };
  const step = createStep(trainee, stepOptions({ distill, precision: 'float32' }), 'training');
  const losses: number[] = [];
  for (let at = 0; at < steps; at++) {
    const [x, y] = [images(), labels()];
    losses.push(await step.run({ inputs: [x], targets: [y] }, RATES));
    tf.dispose([x, y]);
  }
  const weights = [...variables].flatMap(([, variable]) => [...variable.dataSync()]);
  const reason = step.eagerReason();
  step.dispose();
  kernels.forEach(disposeKernel);
  dispose();
  live.dispose();
  return { weights, losses, reason };
}

const norm = (values: readonly number[]) => Math.hypot(...values);

/** How far lists of numbers are apart; where a gradient is rounding noise, Adam makes a step of its sign. */
const distance = (one: readonly number[], other: readonly number[]) =>
  norm(one.map((value, at) => value - other[at]!)) / norm(one);

const skipNative = await skipWithoutNative();

for (const name of ['embedded', 'native'] as const) {
  describe(`steps of a graph on the ${name} engine`, { skip: name === 'native' && skipNative }, () => {
    let engine: Engine;
    before(async () => {
      engine = await startEngine(name);
    });

    for (const distill of [0, 0.5, 1]) {
      it(`one sample at a time is as good as a batch, ${distill} of the loss from the float graph`, async () => {
        const tensors = tf.memory().numTensors;
        const [whole, single] = [await trained(engine, -1, distill), await trained(engine, 1, distill)];
        assert.ok(distance(whole.losses, single.losses) < 1e-3, `${whole.losses}, ${single.losses}`);
        const apart = distance(whole.weights, single.weights);
        assert.ok(apart < 0.01, `${apart}`);
        assert.ok(whole.losses.at(-1)! < whole.losses[0]!);
        assert.equal(tf.memory().numTensors, tensors, 'nothing is left behind');
        assert.equal(whole.reason, null);
      });
    }
  });
}
