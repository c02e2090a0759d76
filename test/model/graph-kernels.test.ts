import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { NamedTensor } from '../../src/core/index.js';
import type * as tf from '../../src/engine/tf.js';
import { findGraphWeights, inputSpecs, outputSpecs, readModel } from '../../src/model/index.js';
import { openModel } from '../../src/session/index.js';
import { startCpu } from '../cpu-engine.js';
import { writeModel } from './model-folder.js';

before(startCpu);

type Node = { name: string; op: string; input?: string[]; attr?: Record<string, unknown> };

const node = (op: string, name: string, input: string[] = [], attr: Record<string, unknown> = {}): Node => ({
  name,
  op,
  input,
  attr,
});

function float(name: string, ...shape: number[]): NamedTensor {
  const size = shape.reduce((product, each) => product * each, 1);
  return {
    name,
    shape,
    dtype: 'float32',
    values: Float32Array.from({ length: size }, (_, index) => index / size - 0.4),
  };
}

function ints(name: string, ...values: number[]): NamedTensor {
  return { name, shape: [values.length], dtype: 'int32', values: Int32Array.from(values) };
}

const kernels: typeof findGraphWeights = (topology, weights) =>
  findGraphWeights(topology, weights).filter(({ role }) => role === 'kernel');

function found(nodes: Node[], weights: NamedTensor[], library?: unknown): string[] {
  const constants = weights.map(({ name }) => node('Const', name));
  return kernels({ node: [...constants, ...nodes], library }, weights).map(
    ({ name, kind, layer, channelAxes, edge }) => `${name} ${kind} ${layer} [${channelAxes}] ${edge}`,
  );
}

const x = node('Placeholder', 'x');

const KINDS: readonly [title: string, nodes: Node[], weights: NamedTensor[], expected: string][] = [
  ['a convolution', [node('Conv2D', 'y', ['x', 'w'])], [float('w', 3, 3, 2, 4)], 'w Conv2D y [3] first'],
  [
    'a fused convolution',
    [node('_FusedConv2D', 'y', ['x', 'w', 'b'])],
    [float('w', 3, 3, 2, 4), float('b', 4)],
    'w _FusedConv2D y [3] first',
  ],
  [
    'a depthwise one',
    [node('DepthwiseConv2dNative', 'y', ['x', 'w'])],
    [float('w', 3, 3, 2, 1)],
    'w DepthwiseConv2dNative y [2,3] first',
  ],
  [
    'a fused depthwise one',
    [node('FusedDepthwiseConv2dNative', 'y', ['x', 'w'])],
    [float('w', 3, 3, 2, 1)],
    'w FusedDepthwiseConv2dNative y [2,3] first',
  ],
  [
    'a transposed one',
    [node('Conv2DBackpropInput', 'y', ['s', 'w', 'x'])],
    [ints('s', 1, 4, 4, 2), float('w', 3, 3, 4, 2)],
    'w Conv2DBackpropInput y [2] first',
  ],
  ['a 3D one', [node('Conv3D', 'y', ['x', 'w'])], [float('w', 2, 2, 2, 1, 4)], 'w Conv3D y [4] first'],
  [
    'a 1D one, whose kernel is expanded',
    [node('ExpandDims', 'e', ['w', 'd']), node('Conv2D', 'y', ['x', 'e:0'])],
    [float('w', 3, 2, 4), ints('d', 0)],
    'w Conv2D y [2] first',
  ],
  ['a product', [node('MatMul', 'y', ['x', 'w'])], [float('w', 3, 4)], 'w MatMul y [1] first'],
  [
    'a product by a transpose',
    [node('_FusedMatMul', 'y', ['x', 'w'], { transpose_b: { b: true } })],
    [float('w', 4, 3)],
    'w _FusedMatMul y [0] first',
  ],
  ['a product from the left', [node('MatMul', 'y', ['w', 'x'])], [float('w', 4, 3)], 'w MatMul y [0] first'],
  [
    'a product of stacks',
    [node('BatchMatMulV2', 'y', ['x', 'w'])],
    [float('w', 5, 3, 4)],
    'w BatchMatMulV2 y [2] first',
  ],
  [
    'a product of adjoint stacks',
    [node('BatchMatMulV2', 'y', ['x', 'w'], { adj_y: { b: true } })],
    [float('w', 5, 4, 3)],
    'w BatchMatMulV2 y [1] first',
  ],
  [
    'a transposed constant',
    [node('Transpose', 't', ['w', 'p']), node('Conv2D', 'y', ['x', 't'])],
    [float('w', 4, 2, 3, 3), ints('p', 2, 3, 1, 0)],
    'w Conv2D y [0] first',
  ],
  [
    'a table',
    [node('GatherV2', 'y', ['w', 'x', 'a'])],
    [float('w', 9, 4), ints('a', 0)],
    'w GatherV2 y [1] first',
  ],
  [
    'a constant that is passed on',
    [node('Identity', 'i', ['w', '^x']), node('Cast', 'j', ['i']), node('Conv2D', 'y', ['x', 'j'])],
    [float('w', 3, 3, 2, 4)],
    'w Conv2D y [3] first',
  ],
];

for (const [title, nodes, weights, expected] of KINDS) {
  test(`finds the kernel of ${title}`, () => {
    assert.deepEqual(found([x, ...nodes], weights), [expected]);
  });
}

test('passes over products of computed tensors, small and whole-number constants', () => {
  const nodes = [
    x,
    node('MatMul', 'a', ['x', 'x']),
    node('GatherV2', 'b', ['t', 'x', 't']),
    node('MatMul', 'c', ['x', 'v']),
  ];
  assert.deepEqual(found(nodes, [ints('t', 1, 2), float('v', 3)]), []);
});

test('finds edges, in whichever order the nodes are listed', () => {
  const nodes = [
    node('Softmax', 'out', ['c3']),
    node('MatMul', 'c3', ['add', 'w3']),
    node('Add', 'add', ['c1', 'c2']),
    node('MatMul', 'c2', ['c1', 'w2']),
    node('MatMul', 'c1', ['relu', 'w1']),
    node('Relu', 'relu', ['x']),
    x,
  ];
  assert.deepEqual(found(nodes, [float('w1', 3, 3), float('w2', 3, 3), float('w3', 3, 3)]).sort(), [
    'w1 MatMul c1 [1] first',
    'w2 MatMul c2 [1] null',
    'w3 MatMul c3 [1] last',
  ]);
});

test('tells what is added behind the last kernel, and to which product a vector is added', () => {
  const nodes = [
    x,
    node('MatMul', 'c1', ['x', 'w1']),
    node('AddV2', 's1', ['c1', 'b1']),
    node('Identity', 'i', ['b2']),
    node('_FusedMatMul', 'c2', ['s1', 'w2', 'i']),
    node('_FusedMatMul', 'c3', ['s1', 'w3', 'b3']),
    node('Mul', 'scaled', ['c3', 'm']),
    node('Softmax', 'out', ['scaled']),
  ];
  const weights = [
    ...['w1', 'w2', 'w3'].map((name) => float(name, 3, 3)),
    ...['b1', 'b2', 'b3', 'm'].map((name) => float(name, 3)),
  ];
  const constants = weights.map(({ name }) => node('Const', name));
  const all = findGraphWeights({ node: [...constants, ...nodes] }, weights);
  const places = all.map(({ name, layer, atOutput }) => `${name} ${layer} ${atOutput}`);
  assert.deepEqual(places, [
    'w1 c1 false',
    'w2 c2 true',
    'w3 c3 true',
    'b1 c1 false',
    'b2 b2 true',
    'b3 c3 true',
    'm m true',
  ]);
});

test('finds constants used in functions, handed in or of their own', () => {
  const library = {
    function: [
      {
        signature: { name: 'body', inputArg: [{ name: 'state' }, { name: 'kernel' }] },
        nodeDef: [
          node('MatMul', 'm', ['state', 'kernel']),
          node('Const', 'own'),
          node('MatMul', 'n', ['m:product:0', 'own:output:0']),
        ],
      },
    ],
  };
  const loop = node('StatelessWhile', 'loop', ['x', 'w'], { body: { func: { name: 'body' } } });
  const weights = [float('w', 3, 3), float('own', 3, 3)];
  const nodes = [node('Const', 'w'), x, loop];
  assert.deepEqual(
    kernels({ node: nodes, library }, weights).map(({ name, layer }) => `${name} ${layer}`),
    ['w m', 'own n'],
  );
});

test('gives up on a graph that is a loop', () => {
  const nodes = [
    x,
    node('Identity', 'a', ['b']),
    node('Identity', 'b', ['a']),
    node('MatMul', 'y', ['x', 'a']),
  ];
  assert.deepEqual(found(nodes, []), []);
});

test('refuses what is no graph', () => {
  assert.throws(() => findGraphWeights({ node: [{ op: 'Const' }] }, []), {
    code: 'bad-model',
    message: /node\.0\.name/,
  });
});

test('a graph model runs, and tells its inputs and outputs', async () => {
  const tensorShape = (...sizes: number[]) => ({ dim: sizes.map((size) => ({ size: String(size) })) });
  const weight = float('w', 3, 2);
  const modelTopology = {
    node: [
      node('Placeholder', 'x', [], { dtype: { type: 'DT_FLOAT' }, shape: { shape: tensorShape(-1, 3) } }),
      node('Const', 'w', [], { dtype: { type: 'DT_FLOAT' } }),
      node('MatMul', 'y', ['x', 'w'], { transpose_a: { b: false }, transpose_b: { b: false } }),
      node('Identity', 'out', ['y']),
    ],
    versions: { producer: 1 },
  };
  const signature = {
    inputs: { x: { name: 'x:0', dtype: 'DT_FLOAT', tensorShape: tensorShape(-1, 3) } },
    outputs: { scores: { name: 'out:0', dtype: 'DT_FLOAT', tensorShape: tensorShape(-1, 2) } },
  };
  const weightsManifest = [{ paths: ['w.bin'], weights: [{ name: 'w', shape: [3, 2], dtype: 'float32' }] }];
  const bytes = new Uint8Array(weight.values.buffer as ArrayBuffer);
  const folder = await writeModel({ modelTopology, signature, weightsManifest, convertedBy: 'me' }, [
    { name: 'w.bin', bytes },
  ]);
  const loaded = await readModel(folder);
  assert.equal(loaded.kind, 'graph');
  assert.equal(loaded.writtenBy, 'me');
  assert.deepEqual(loaded.metadata, { signature });
  const running = await openModel(loaded);
  assert.equal(running.kind, 'graph');
  assert.deepEqual(inputSpecs(running.model), [{ name: 'x', shape: [3], dtype: 'float32' }]);
  assert.deepEqual(outputSpecs(running.model), [{ name: 'out', key: 'scores', shape: [2] }]);
  const { tensor } = await import('../../src/engine/tf.js');
  const y = running.model.predict(
    tensor([
      [1, 0, 0],
      [0, 0, 1],
    ]),
  ) as tf.Tensor;
  assert.deepEqual(
    Array.from(y.dataSync()),
    [0, 1, 4, 5].map((index) => weight.values[index]),
  );
});

test('what is added to the product of a kernel is called a bias, other constants are not', () => {
  const weights = [float('w', 3, 3, 2, 4), float('b', 4), float('c', 4)];
  const constants = weights.map(({ name }) => node('Const', name));
  const nodes = [node('_FusedConv2D', 'y', ['x', 'w', 'b']), node('Mul', 'z', ['y', 'c'])];
  const all = findGraphWeights({ node: [x, ...constants, ...nodes] }, weights);
  assert.deepEqual(
    all.map(({ name, layer, reason }) => [name, layer, reason]),
    [
      ['w', 'y', undefined],
      ['b', 'y', 'bias'],
      ['c', 'c', 'no operation uses it as a kernel'],
    ],
  );
});

test('what the slope of an activation is by is called so, fused into a kernel or in an operation of its own', () => {
  const weights = [float('w', 3, 3, 2, 4), float('b', 4), float('slopes', 4), float('others', 1, 1, 4)];
  const constants = weights.map(({ name }) => node('Const', name));
  const fused = node('_FusedConv2D', 'y', ['x', 'w', 'b', 'slopes'], {
    fused_ops: { list: { s: ['BiasAdd', 'Prelu'].map((name) => Buffer.from(name).toString('base64')) } },
  });
  const nodes = [fused, node('Prelu', 'z', ['y', 'others'])];
  const all = findGraphWeights({ node: [x, ...constants, ...nodes] }, weights);
  assert.deepEqual(
    all.map(({ name, layer, reason }) => [name, layer, reason]),
    [
      ['w', 'y', undefined],
      ['b', 'y', 'bias'],
      ['slopes', 'y', 'slopes of an activation'],
      ['others', 'y', 'slopes of an activation'],
    ],
  );
});
