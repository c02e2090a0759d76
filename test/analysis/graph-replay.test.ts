import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { replacedModel, tensorsOf, withConstants } from '../../src/analysis/replacements.js';
import * as tf from '../../src/engine/tf.js';
import type { LiveGraphModel } from '../../src/session/index.js';
import { convolution, floats, ints, liveGraph } from '../compression/live-graph.js';
import { startCpu } from '../cpu-engine.js';
import { type Constant, type Node, operation, placeholder } from '../pipeline/graph-folder.js';

before(startCpu);

const relu = (name: string, input: string) => operation('Relu', name, [input]);

/** Two branches behind one convolution: one is split and joined, the other compares and selects. */
const branches: readonly Node[] = [
  placeholder('x', [-1, 6, 6, 2]),
  convolution('_FusedConv2D', 'stem', ['x', 'k1', 'bias'], { fused: ['BiasAdd', 'Relu'] }),
  convolution('Conv2D', 'left', ['stem', 'k2']),
  operation('Split', 'parts', ['axis', 'left'], { num_split: { i: '2' } }),
  operation('Mul', 'gated', ['parts', 'parts:1']),
  convolution('Conv2D', 'right', ['stem', 'k3']),
  relu('active', 'right'),
  operation('Greater', 'where', ['active', 'gated']),
  operation('Select', 'chosen', ['where', 'active', 'gated']),
  operation('Mean', 'pooled', ['chosen', 'axes'], { keep_dims: { b: false } }),
  operation('MatMul', 'y', ['pooled', 'k4']),
  operation('Mean', 'side', ['active', 'axes'], { keep_dims: { b: false } }),
];
const constants: readonly Constant[] = [
  floats('k1', 3, 3, 2, 4),
  floats('bias', 4),
  floats('k2', 1, 1, 4, 6),
  floats('k3', 3, 3, 4, 3),
  floats('k4', 3, 2),
  { name: 'axis', shape: [], values: Int32Array.of(3) },
  ints('axes', 1, 2),
];
/** The same behind a batch of one, which `If` decides on too, so that runs are awaited. */
const awaited: readonly Node[] = [
  ...branches.map((node) => (node.name === 'x' ? placeholder('x', [1, 6, 6, 2]) : node)),
  operation('Max', 'most', ['pooled', 'both']),
  operation('Greater', 'positive', ['most', 'zero']),
  {
    name: 'end',
    op: 'If',
    input: ['positive', 'y'],
    attr: {
      then_branch: { func: { name: 'twice' } },
      else_branch: { func: { name: 'itself' } },
    },
  },
];
const branch = (name: string, node: Node) => ({
  signature: {
    name,
    inputArg: [{ name: 'a', type: 'DT_FLOAT' }],
    outputArg: [{ name: 'out', type: 'DT_FLOAT' }],
  },
  nodeDef: [node],
  ret: { out: `${node.name}:0` },
});
const library = {
  function: [
    branch('twice', operation('AddV2', 'sum', ['a', 'a'])),
    branch('itself', operation('Identity', 'same', ['a'])),
  ],
};

const CASES: readonly [what: string, open: () => Promise<LiveGraphModel>][] = [
  ['in any batch', () => liveGraph(branches, constants)],
  [
    'one sample at a time, awaited',
    () =>
      liveGraph(
        awaited,
        [...constants, ints('both', 0, 1), { name: 'zero', shape: [], values: Float32Array.of(0) }],
        { library },
      ),
  ],
];

const valuesOf = (outputs: readonly tf.Tensor[]) => outputs.map((output) => [...output.dataSync()]);

/** Values of a run's outputs, and the operations that it took. */
async function profiled(run: () => Promise<tf.Tensor[]>) {
  let outputs: tf.Tensor[] = [];
  const { kernels } = await tf.profile(async () => {
    outputs = await run();
    return outputs;
  });
  const values = valuesOf(outputs);
  tf.dispose(outputs);
  return { values, convolutions: kernels.filter(({ name }) => /Conv2D/.test(name)).length };
}

describe('a graph with constants replaced', () => {
  for (const [what, open] of CASES)
    it(`${what}: gives what the whole run gives, without what lies before`, async () => {
      const live = await open();
      const inputs = [tf.randomUniform([3, 6, 6, 2], -1, 1, 'float32', 3)];
      const base = tensorsOf([
        { ...constants[0]!, dtype: 'float32', values: new Float32Array(72).fill(0.1) },
      ]);
      const own = new Map(
        ['k1', 'k2', 'k3', 'k4'].map((name) => [name, tf.mul(live.model.weights[name]![0]!, 1.5)]),
      );
      const tensors = tf.memory().numTensors;
      const replaced = replacedModel(live);
      const counts: number[] = [];
      for (const from of [new Map<string, tf.Tensor>(), base]) {
        tf.dispose(await replaced.start(inputs, from));
        for (const names of [['k1'], ['k2'], ['k3'], ['k4'], ['k2', 'k4']]) {
          const changed = new Map(names.map((name) => [name, own.get(name)!]));
          const whole = await profiled(() =>
            withConstants(live.model, Object.fromEntries([...from, ...changed]), () => live.predict(inputs)),
          );
          const replay = await profiled(() => replaced.run(changed));
          assert.deepEqual(replay.values, whole.values, names.join());
          counts.push(replay.convolutions / whole.convolutions);
        }
        replaced.finish();
      }
      assert.equal(tf.memory().numTensors, tensors);
      assert.deepEqual(
        counts.map((share) => Math.round(3 * share)),
        [3, 1, 1, 0, 1, 3, 1, 1, 0, 1],
      );
    });
});
