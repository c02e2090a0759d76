import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findGraphWeights, readModel } from '../../src/model/index.js';
import { writeModel } from './model-folder.js';

/** A layer of a functional model. */
const layer = (name: string, calls: unknown[], className = 'ReLU', config: object = {}) => ({
  class_name: className,
  name,
  config: { name, ...config },
  inbound_nodes: calls,
});
const input = layer('x', [], 'InputLayer', { batch_input_shape: [null, 4] });
const functional = (layers: readonly object[], output: string, name = 'm') => ({
  class_name: 'Functional',
  name,
  config: { name, layers, input_layers: [['x', 0, 0]], output_layers: [[output, 0, 0]] },
});
const call = (from: string, index = 0) => [[from, index, 0, {}]];

/** Reads a model without weights; as tfjs wrote it, so that nothing of it is adapted. */
const read = async (modelTopology: object) =>
  readModel(await writeModel({ modelTopology, weightsManifest: [] }, []));
const asTfjs = (root: object) => ({ ...root, keras_version: 'tfjs-layers 4.22.0' });
const readLayers = (layers: readonly object[], output: string) => read(asTfjs(functional(layers, output)));

const chain = (length: number) => [
  input,
  ...Array.from({ length }, (_, index) => layer(`r${index}`, [call(index === 0 ? 'x' : `r${index - 1}`)])),
];
const twins = (depth: number): object => {
  const inner = depth === 0 ? layer('r', [call('x'), call('r')]) : { ...twins(depth - 1), name: 'n' };
  const named = {
    ...inner,
    config: { ...(inner as { config: object }).config, name: depth === 0 ? 'r' : 'n' },
  };
  const name = depth === 0 ? 'r' : 'n';
  return functional([input, { ...named, inbound_nodes: [call('x'), call(name, depth === 0 ? 0 : 1)] }], name);
};

const LAYERS: readonly [what: string, layers: readonly object[], output: string, message: RegExp][] = [
  [
    'a call in a list too many',
    [input, layer('r', [[call('x')]])],
    'r',
    /layer r: one of its calls.*got \[\[\["x"/,
  ],
  ['a number for a tensor', [input, layer('r', [[['x', 0, 0, {}], 2]])], 'r', /layer r: one of its calls/],
  ['half a call', [input, layer('r', [call('x', 0.5)])], 'r', /layer r: one of its calls/],
  ['no list of inputs', [input, layer('r', [{}])], 'r', /layer r: one of its calls/],
  [
    'two that need each other',
    [input, layer('a', [call('b')]), layer('b', [call('a')])],
    'b',
    /a: call 0 of layer b/,
  ],
  [
    'a model without layers',
    [input, layer('e', [call('e')], 'Sequential', { layers: [] })],
    'e',
    /e: call 0 of layer e/,
  ],
  [
    'a layer called as all objects’ constructor',
    [input, layer('constructor', [call('x')])],
    'constructor',
    /layer constructor/,
  ],
  [
    'two of one name',
    [input, layer('r', [call('x')]), layer('r', [call('x')])],
    'r',
    /layer r: .*two layers/,
  ],
  [
    'a layer with two names',
    [input, layer('r', [call('x')], 'ReLU', { name: 's' })],
    'r',
    /layer s: .*two names/,
  ],
  [
    'a layer without a name',
    [input, layer('r', [call('x')], 'ReLU', { name: 1 })],
    'r',
    /layers\.1: config\.name: .*, got 1, expected a text/,
  ],
  [
    '300,000 dimensions',
    [{ ...input, config: { name: 'x', batch_input_shape: Array(300_000).fill(1) } }],
    'x',
    /layer x: batch_input_shape/,
  ],
  [
    'a size beyond all memory',
    [{ ...input, config: { name: 'x', batch_input_shape: [null, 1e308] } }],
    'x',
    /batch_input_shape is not a shape/,
  ],
  [
    'half a size',
    [{ ...input, config: { name: 'x', batch_input_shape: [null, 1.5] } }],
    'x',
    /batch_input_shape is not a shape/,
  ],
  ['a long chain', chain(2500), 'r2499', /2000 layers after each other/],
];

for (const [what, layers, output, message] of LAYERS) {
  test(`a layers model is refused before tfjs sees it: ${what}`, () =>
    assert.rejects(readLayers(layers, output), { name: 'QgtError', code: 'bad-model', message }));
}

test('models in models that call each other twice are not unfolded', () =>
  assert.rejects(read(asTfjs(twins(30))), { code: 'bad-model', message: /more than 5000 calls/ }));

test('a chain of a thousand layers in any order, and a layer called twice, are read', async () => {
  await readLayers(chain(1000).reverse(), 'r999');
  await read(asTfjs(twins(2)));
});

test('a topology of Keras is checked before it is rewritten', () =>
  assert.rejects(
    read({
      ...functional(
        [input, layer('a', [call('b')], 'Conv1D', { padding: 'causal' }), layer('b', [call('a')])],
        'b',
      ),
      keras_version: '2.15.0',
    }),
    { code: 'bad-model', message: /a: call 0 of layer b/ },
  ));

test('JSON that is nested too deep is refused', () =>
  assert.rejects(
    writeModel(`{"modelTopology":${'['.repeat(60_000)}${']'.repeat(60_000)}}`, []).then(readModel),
    { code: 'bad-model', message: /nested too deep, expected at most 256 levels/ },
  ));

const node = (
  name: string,
  inputs: string[] = [],
  op = inputs.length === 0 ? 'Placeholder' : 'Identity',
) => ({
  name,
  op,
  input: inputs,
});
const definition = (name: string, nodeDef: object[]) => ({
  signature: { name, inputArg: [{ name: 'a' }] },
  nodeDef,
});
const library = (...functions: object[]) => ({ node: [node('x')], library: { function: functions } });
const calling = (callee: string) => ({
  ...node('c', ['a'], 'PartitionedCall'),
  attr: { f: { func: { name: callee } } },
});

const GRAPHS: readonly [what: string, topology: object, message: RegExp][] = [
  ['a node that is not there', { node: [node('x'), node('y', ['z:1'])] }, /y: .*not there, got z:1/],
  ['a control input that is not there', { node: [node('x'), node('y', ['x', '^z'])] }, /y: .*not there/],
  ['a circle', { node: [node('x'), node('y', ['z']), node('z', ['y'])] }, /y: .*circle/],
  ['two nodes of one name', { node: [node('x'), node('x')] }, /x: two nodes/],
  ['a node called constructor', { node: [node('constructor')] }, /constructor: tfjs/],
  ['a node called __proto__', { node: [node('__proto__')] }, /__proto__: tfjs/],
  ['an operation called toString', { node: [node('x', [], 'toString')] }, /toString: tfjs/],
  ['a function that reads what is not there', library(definition('f', [node('y', ['b'])])), /y: .*not there/],
  ['a circle in a function', library(definition('f', [node('y', ['y'])])), /y: .*circle/],
  [
    'a function that calls itself',
    library(definition('f', [calling('f')])),
    /f: a function that calls itself/,
  ],
  [
    'functions that call each other',
    library(definition('f', [calling('g')]), definition('g', [calling('f')])),
    /f: a function/,
  ],
  ['a node that is none', { node: [{}] }, /model\.json: modelTopology\.node\.0\.name/],
];

for (const [what, topology, message] of GRAPHS) {
  test(`a graph model is refused before tfjs sees it: ${what}`, () =>
    assert.rejects(read(topology), { name: 'QgtError', code: 'bad-model', message }));
}

test('a loop of control flow and functions with arguments are read', async () => {
  await read({
    node: [node('x'), node('m', ['x', 'next'], 'Merge'), node('next', ['m'], 'NextIteration')],
    library: { function: [definition('f', [calling('g')]), definition('g', [node('y', ['a'])])] },
  });
});

test('the way back to a constant ends, however often it branches', () => {
  const turns = Array.from({ length: 90 }, (_, index) => {
    const before = index === 0 ? 'k' : `t${index - 1}`;
    return node(`t${index}`, [before, before], 'Transpose');
  });
  const topology = {
    node: [node('k', [], 'Const'), node('x'), ...turns, node('mm', ['x', 't89'], 'MatMul')],
  };
  const weights = [{ name: 'k', shape: [2, 2], dtype: 'float32' as const, values: new Float32Array(4) }];
  assert.equal(findGraphWeights(topology, weights).length, 1);
});
