import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { createRandom } from '../../src/core/index.js';
import * as tf from '../../src/engine/tf.js';
import { type LoadedModel, readModel, removeDeadChannels, toGraphModel } from '../../src/model/index.js';
import { convolution, fusedAttributes } from '../compression/live-graph.js';
import { startCpu } from '../cpu-engine.js';
import {
  type Constant,
  type Node,
  operation,
  placeholder,
  saveGraphModel,
} from '../pipeline/graph-folder.js';
import { temporaryFolder } from './model-folder.js';

before(startCpu);

const random = createRandom(8);

/** A constant without dead channels but for those that are listed: along `axis` all their values are 0. */
function kernel(
  name: string,
  shape: number[],
  dead: readonly number[] = [],
  axis = shape.length - 1,
): Constant {
  const inner = shape.slice(axis + 1).reduce((size, each) => size * each, 1);
  const size = shape.reduce((product, each) => product * each, 1);
  const values = Float32Array.from({ length: size }, (_, index) =>
    dead.includes(Math.floor(index / inner) % shape[axis]!) ? 0 : random.normal(),
  );
  return { name, shape, values };
}
const vector = (name: string, ...values: number[]): Constant => ({
  name,
  shape: [values.length],
  values: Float32Array.from(values),
});
const ints = (name: string, ...values: number[]): Constant => ({
  name,
  shape: [values.length],
  values: Int32Array.from(values),
});
const number = (name: string, value: number): Constant => ({ name, shape: [], values: Int32Array.of(value) });
const keep = { keep_dims: { b: false } };
const image = placeholder('x', [-1, 6, 6, 2]);
const fused = (name: string, input: string[], ...ops: string[]) =>
  convolution('_FusedConv2D', name, input, { fused: ops });

interface Case {
  readonly what: string;
  readonly nodes: readonly Node[];
  readonly constants: readonly Constant[];
  /** Shapes of constants afterwards, where they are others. */
  readonly shapes?: Readonly<Record<string, readonly number[]>>;
  readonly removed: number;
  readonly stays?: RegExp;
}

/** A convolution whose channels 1 and 3 of 4 are dead: the first is 0 behind Relu, the second 0.5. */
const stem = fused('stem', ['x', 'k1', 'b1'], 'BiasAdd', 'Relu');
const stemConstants = [kernel('k1', [3, 3, 2, 4], [1, 3]), vector('b1', 0.2, -1, 0.1, 0.5)];

const CASES: readonly Case[] = [
  {
    what: 'a constant goes into the bias of a kernel of one position, under its name where it had none',
    nodes: [image, stem, convolution('Conv2D', 'y', ['stem', 'k2'])],
    constants: [...stemConstants, kernel('k2', [1, 1, 4, 3])],
    shapes: { k1: [3, 3, 2, 2], b1: [2], k2: [1, 1, 2, 3], 'y/bias': [3] },
    removed: 2,
  },
  {
    what: 'one that is not 0 stays in front of padding, which is said',
    nodes: [image, stem, fused('y', ['stem', 'k2', 'b2'], 'BiasAdd')],
    constants: [...stemConstants, kernel('k2', [3, 3, 4, 3]), vector('b2', 1, 2, 3)],
    shapes: { k1: [3, 3, 2, 3], b1: [3], k2: [3, 3, 3, 3] },
    removed: 1,
    stays: /pads them with zeros/,
  },
  {
    what: 'through a depthwise kernel, BatchNorm, pooling, a slope and a mean into a product',
    nodes: [
      image,
      stem,
      convolution('FusedDepthwiseConv2dNative', 'deep', ['stem', 'k2', 'b2'], {
        fused: ['BiasAdd', 'Relu6'],
      }),
      operation('FusedBatchNormV3', 'normal', ['deep', 'g', 'o', 'm', 'v'], { epsilon: { f: 0.01 } }),
      operation('MaxPool', 'pooled', ['normal'], {
        ksize: { list: { i: ['1', '2', '2', '1'] } },
        strides: { list: { i: ['1', '2', '2', '1'] } },
        padding: { s: Buffer.from('SAME').toString('base64') },
      }),
      operation('Prelu', 'sloped', ['pooled', 'alpha']),
      operation('Mean', 'mean', ['sloped', 'axes'], keep),
      operation('_FusedMatMul', 'y', ['mean', 'k3', 'b3'], fusedAttributes(['BiasAdd'])),
    ],
    constants: [
      ...stemConstants.slice(0, 1),
      vector('b1', 0.2, -1, 0.1, -0.5),
      kernel('k2', [3, 3, 4, 1]),
      vector('b2', 0.1, 0.7, -0.2, -1),
      ...['g', 'o', 'm'].map((name, at) => vector(name, 0.5 + at, -1, 2, 1)),
      vector('v', 1, 2, 0.5, 1),
      { ...kernel('alpha', [1, 1, 4]), name: 'alpha' },
      ints('axes', 1, 2),
      kernel('k3', [4, 3]),
      vector('b3', 1, 2, 3),
    ],
    shapes: { k1: [3, 3, 2, 2], k2: [3, 3, 2, 1], g: [2], v: [2], alpha: [1, 1, 2], k3: [2, 3] },
    removed: 4,
  },
  {
    what: 'through a flattening whose shape counts them, constants that two nodes read',
    nodes: [
      image,
      stem,
      operation('AddV2', 'moved', ['stem', 'shared']),
      operation('Mul', 'scaled', ['moved', 'shared']),
      operation('Reshape', 'flat', ['scaled', 'sizes']),
      operation('MatMul', 'y', ['flat', 'k2'], { transpose_b: { b: true } }),
    ],
    constants: [
      ...stemConstants,
      vector('shared', 1, 2, 3, 4),
      ints('sizes', -1, 144),
      kernel('k2', [3, 144]),
    ],
    shapes: { 'moved/shared': [2], 'scaled/shared': [2], k2: [3, 72] },
    removed: 2,
  },
  {
    what: 'through a flattening whose shape is packed of the batch and their number',
    nodes: [
      image,
      stem,
      operation('Shape', 'whole', ['stem']),
      operation('StridedSlice', 'batch', ['whole', 'from', 'to', 'by'], { shrink_axis_mask: { i: '1' } }),
      operation('Pack', 'sizes', ['batch', 'number']),
      operation('Reshape', 'flat', ['stem', 'sizes']),
      operation('MatMul', 'y', ['flat', 'k2']),
    ],
    constants: [
      ...stemConstants,
      ints('from', 0),
      ints('to', 1),
      ints('by', 1),
      number('number', 144),
      kernel('k2', [144, 3]),
    ],
    shapes: { k2: [72, 3] },
    removed: 2,
  },
  {
    what: 'an addition keeps what is alive on either side; a join takes each by itself',
    nodes: [
      image,
      stem,
      fused('other', ['x', 'k2', 'b2'], 'BiasAdd', 'Relu'),
      operation('AddV2', 'sum', ['stem', 'other']),
      operation('ConcatV2', 'both', ['sum', 'other', 'axis']),
      convolution('Conv2D', 'y', ['both', 'k3']),
    ],
    constants: [
      ...stemConstants.slice(0, 1),
      vector('b1', 0.2, -1, 0.1, -0.5),
      kernel('k2', [3, 3, 2, 4], [1]),
      vector('b2', 1, -1, 1, 1),
      number('axis', -1),
      kernel('k3', [3, 3, 8, 2]),
    ],
    shapes: { k1: [3, 3, 2, 3], k2: [3, 3, 2, 3], k3: [3, 3, 6, 2] },
    removed: 2,
    stays: /puts them together with channels that vary/,
  },
  {
    what: 'channels that no kernel uses',
    nodes: [image, convolution('Conv2D', 'first', ['x', 'k1']), convolution('Conv2D', 'y', ['first', 'k2'])],
    constants: [kernel('k1', [3, 3, 2, 4]), kernel('k2', [3, 3, 4, 3], [0, 2], 2)],
    shapes: { k1: [3, 3, 2, 2], k2: [3, 3, 2, 3] },
    removed: 2,
  },
  {
    what: 'nothing where an operation may mix channels, or they are outputs',
    nodes: [
      image,
      stem,
      operation('Cumsum', 'mixed', ['stem', 'axis']),
      convolution('Conv2D', 'y', ['mixed', 'k2']),
    ],
    constants: [...stemConstants, number('axis', 3), kernel('k2', [1, 1, 4, 3])],
    removed: 0,
    stays: /Cumsum.*is not known to take each channel by itself/,
  },
];

async function outputsOf(model: LoadedModel, x: tf.Tensor): Promise<Float32Array[]> {
  const graph = await toGraphModel(model);
  const outputs = [graph.predict(x)].flat() as tf.Tensor[];
  return outputs.map((output) => output.dataSync<'float32'>());
}

describe('dead channels of a graph', () => {
  for (const { what, nodes, constants, shapes = {}, removed, stays } of CASES)
    it(what, async () => {
      const model = await readModel(await saveGraphModel(await temporaryFolder(), nodes, constants));
      const pruned = removeDeadChannels(model);
      assert.equal(pruned.removed, removed);
      const found = new Map(pruned.model.weights.map(({ name, shape }) => [name, shape]));
      for (const [name, shape] of Object.entries(shapes)) assert.deepEqual(found.get(name), shape, name);
      assert.equal(found.has('shared'), false);
      const reasons = pruned.left.map(({ layer, reason }) => `${layer}: ${reason}`).join('\n');
      if (stays !== undefined) assert.match(reasons, stays);
      const x = tf.randomNormal([2, 6, 6, 2], 0, 1, 'float32', 5);
      const [one, other] = [await outputsOf(model, x), await outputsOf(pruned.model, x)];
      for (const [index, output] of one.entries())
        for (const [at, value] of output.entries())
          assert.ok(
            Math.abs(value - other[index]![at]!) <= 1e-5 * Math.max(...output.map(Math.abs)),
            `${index}, ${at}: ${value}, ${other[index]![at]}`,
          );
    });

  it('stay where the signature has them as outputs, and in constants that an initializer has', async () => {
    const nodes = [image, stem, convolution('Conv2D', 'y', ['stem', 'k2'])];
    const constants = [...stemConstants, kernel('k2', [1, 1, 4, 3])];
    const model = await readModel(await saveGraphModel(await temporaryFolder(), nodes, constants));
    const signature = { inputs: {}, outputs: { a: { name: 'stem:0' }, b: { name: 'y:0' } } };
    assert.equal(removeDeadChannels({ ...model, metadata: { signature } }).removed, 0);
    const modelInitializer = { node: [{ name: 'b1' }] };
    const { model: pruned } = removeDeadChannels({ ...model, metadata: { modelInitializer } });
    const found = new Map(pruned.weights.map(({ name, shape }) => [name, shape]));
    assert.deepEqual([found.get('b1'), found.get('stem/b1')], [[4], [2]]);
  });
});
