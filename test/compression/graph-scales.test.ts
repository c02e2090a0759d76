import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { equalizeLayers } from '../../src/compression/file/cross-layer-equalization.js';
import { floatWeights, planModel } from '../../src/compression/file/packing.js';
import { roundWeights } from '../../src/compression/file/rounding.js';
import { type CodedTensor, type PackedModel, packModel } from '../../src/pack/index.js';
import { fromQgt } from '../../src/runtime/index.js';
import { startCpu } from '../cpu-engine.js';
import { optionsOf } from '../options.js';
import { type Node, operation, placeholder } from '../pipeline/graph-folder.js';
import * as tf from '../tf.js';
import { convolution, floats, liveGraph } from './live-graph.js';

before(startCpu);

const image = placeholder('x', [-1, 6, 6, 3]);
const fused = (op: string, name: string, input: string[], ...ops: string[]) =>
  convolution(op, name, input, { fused: ops });
const deep = (input: string) =>
  fused('FusedDepthwiseConv2dNative', 'y', [input, 'depth', 'c'], 'BiasAdd', 'Relu6');
const pool = {
  ksize: { list: { i: ['1', '2', '2', '1'] } },
  strides: { list: { i: ['1', '1', '1', '1'] } },
  padding: { s: Buffer.from('SAME').toString('base64') },
};
const constants = [
  floats('kernel', 3, 3, 3, 4),
  floats('b', 4),
  floats('c', 8),
  floats('more', 1, 1, 1, 4),
  floats('slope', 4),
  floats('depth', 3, 3, 4, 2),
];
const conv = fused('_FusedConv2D', 'conv', ['x', 'kernel', 'b'], 'BiasAdd', 'Relu');

const moved: Readonly<Record<string, readonly Node[]>> = {
  'a fused convolution, a depthwise kernel': [conv, deep('conv')],
  'a convolution, two biases, slopes and pooling': [
    convolution('Conv2D', 'conv', ['x', 'kernel']),
    operation('BiasAdd', 'first', ['conv', 'b']),
    operation('AddV2', 'second', ['more', 'first']),
    operation('Prelu', 'sloped', ['second', 'slope']),
    operation('MaxPool', 'pooled', ['sloped'], pool),
    deep('pooled'),
  ],
};

const left: Readonly<Record<string, readonly Node[]>> = {
  'an activation with a limit': [
    fused('_FusedConv2D', 'conv', ['x', 'kernel', 'b'], 'BiasAdd', 'Relu6'),
    deep('conv'),
  ],
  'another reader': [conv, deep('conv'), operation('Sigmoid', 'z', ['conv'])],
  'a bias that two nodes read': [
    conv,
    operation('AddV2', 'sum', ['conv', 'b']),
    operation('Relu', 'active', ['sum']),
    deep('active'),
  ],
  'a sum of two branches': [conv, operation('AddV2', 'sum', ['conv', 'conv']), deep('sum')],
};

/** The graph with every kernel at 3 bits. */
async function packed(nodes: readonly Node[], signature?: object): Promise<PackedModel> {
  const read = new Set(nodes.flatMap(({ input }) => input ?? []));
  const live = await liveGraph(
    [image, ...nodes],
    constants.filter(({ name }) => read.has(name)),
    { signature },
  );
  const plan = planModel(live, optionsOf('analyze', { bits: 3, uniform: true }));
  const { stored } = roundWeights(floatWeights(live), plan);
  const { topology, metadata } = live.loaded;
  live.dispose();
  return { kind: 'graph', topology, metadata, preprocessing: {}, tensors: stored };
}

async function predicted(model: PackedModel): Promise<Float32Array> {
  const graph = await tf.loadGraphModel(fromQgt((await packModel(model)).bytes) as tf.io.IOHandler);
  const x = tf.randomNormal([2, 6, 6, 3], 0, 1, 'float32', 4);
  return (graph.predict(x) as tf.Tensor).dataSync<'float32'>();
}

describe('in a graph the scales of a kernel are moved into the depthwise kernel after it', () => {
  for (const [what, nodes] of Object.entries(moved))
    it(what, async () => {
      const model = await packed(nodes);
      const { model: lean, kernels } = equalizeLayers(model);
      assert.equal(kernels, 1);
      const kernel = lean.tensors.find(({ name }) => name === 'kernel') as CodedTensor;
      assert.deepEqual([kernel.axes, kernel.grid.scale.length], [[], 1]);
      const [one, other] = [await predicted(model), await predicted(lean)];
      for (const [at, value] of one.entries()) assert.ok(Math.abs(value - other[at]!) < 1e-4);
      assert.deepEqual(equalizeLayers(lean), { model: lean, kernels: 0 });
    });

  for (const [what, nodes] of Object.entries(left))
    it(`but not with ${what}`, async () => assert.equal(equalizeLayers(await packed(nodes)).kernels, 0));

  it('but not with an output in between', async () => {
    const signature = { outputs: { a: { name: 'conv:0' }, b: { name: 'y:0' } } };
    assert.equal(equalizeLayers(await packed([conv, deep('conv')], signature)).kernels, 0);
  });
});
