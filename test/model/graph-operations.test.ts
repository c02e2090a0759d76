import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { startEngine } from '../../src/engine/index.js';
import * as tf from '../../src/engine/tf.js';
import { readModel, toGraphModel } from '../../src/model/index.js';
import {
  type Constant,
  type Node,
  operation,
  placeholder,
  saveGraphModel,
} from '../pipeline/graph-folder.js';
import { temporaryFolder } from './model-folder.js';

before(() => startEngine('embedded'));

const x = placeholder('x', [-1, 4, 4, 2]);
const text = (value: string) => ({ s: Buffer.from(value).toString('base64') });
const constant = (name: string, ...shape: number[]): Constant => ({
  name,
  shape,
  values: new Float32Array(shape.reduce((size, each) => size * each, 1)),
});
const kernel = constant('k', 1, 1, 2, 2);
const moments = ['gamma', 'beta', 'mean', 'variance'].map((name) => constant(name, 2));
const batchNorm = operation('FusedBatchNormV3', 'bn', ['x', ...moments.map(({ name }) => name)]);
const strides = { list: { i: ['1', '1', '1', '1'] } };

const load = async (
  nodes: readonly Node[],
  constants: readonly Constant[] = [],
  more: { readonly signature?: unknown } = {},
) => toGraphModel(await readModel(await saveGraphModel(await temporaryFolder(), nodes, constants, more)));

type Case = readonly [what: string, nodes: readonly Node[], constants: readonly Constant[], message: RegExp];

const REFUSED: readonly Case[] = [
  ['no inputs', [operation('Relu', 'y', ['k'])], [kernel], /model\.json: the graph has no inputs/],
  [
    'an operation that tfjs does not have',
    [x, operation('FancyOp', 'fancy', ['x']), operation('Relu', 'y', ['fancy'])],
    [],
    /model\.json: fancy: tfjs has no such operation, got FancyOp; export/,
  ],
  [
    'a read of an output that is not there',
    [x, batchNorm, operation('Relu', 'y', ['bn:1'])],
    moments,
    /model\.json: y: .*FusedBatchNormV3.*, got bn:1, expected bn; /,
  ],
  [
    'a convolution without attributes',
    [x, { name: 'conv', op: '_FusedConv2D', input: ['x', 'k'] }],
    [kernel],
    /model\.json: conv: this _FusedConv2D has no attribute strides; /,
  ],
  [
    'an input without a shape',
    [{ name: 'x', op: 'Placeholder', attr: { dtype: { type: 'DT_FLOAT' } } }, operation('Relu', 'y', ['x'])],
    [],
    /model\.json: x: this input declares no shape; /,
  ],
  [
    'channels first on the embedded engine',
    [
      x,
      operation('Conv2D', 'conv', ['x', 'k'], { strides, padding: text('SAME'), data_format: text('NCHW') }),
    ],
    [kernel],
    /model\.json: conv: the embedded engine has no Conv2D with channels first, got .*--engine native/,
  ],
  [
    'pooling with channels first, which tfjs takes for channels last',
    [
      x,
      operation('MaxPool', 'pool', ['x'], {
        strides,
        ksize: strides,
        padding: text('SAME'),
        data_format: text('NCHW'),
      }),
    ],
    [],
    /model\.json: pool: tfjs has no MaxPool with channels first, got .*; export/,
  ],
];

describe('a graph that tfjs would fail in midway is refused by node when it is opened', () => {
  for (const [what, nodes, constants, message] of REFUSED)
    test(what, async () => {
      const { numTensors } = tf.memory();
      await assert.rejects(load(nodes, constants), { name: 'QgtError', code: 'bad-model', message });
      assert.equal(tf.memory().numTensors, numTensors);
    });
});

test('what no output is computed from may be what it will, as in stock tfjs', async () => {
  const nodes = [x, operation('FancyOp', 'fancy', ['x']), operation('Relu', 'y', ['x'])];
  const model = await load(nodes, [], { signature: { outputs: { a: { name: 'y:0' } } } });
  const output = model.predict(tf.ones([1, 4, 4, 2])) as tf.Tensor;
  assert.deepEqual(output.shape, [1, 4, 4, 2]);
  model.dispose();
});
