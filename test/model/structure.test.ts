import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as tf from '../../src/engine/tf.js';
import { graphStructure, layersStructure, type ModelNode } from '../../src/model/index.js';
import { startCpu } from '../cpu-engine.js';

before(startCpu);

const { layers } = tf;

/** `kind name <- what it reads: its weights`, a line a node. */
const linesOf = (nodes: readonly ModelNode[]): string[] =>
  nodes.map(({ name, kind, inputs, weights }) => {
    const read = inputs.map((place) => nodes[place]!.name).join();
    return `${kind} ${name} <- ${read}: ${weights.join()}`;
  });

test('a layers model: its inputs, each call, and what it reads', () => {
  const input = tf.input({ shape: [4], name: 'in' });
  const shared = layers.dense({ units: 4, name: 'shared' });
  const once = shared.apply(input) as tf.SymbolicTensor;
  const twice = shared.apply(once) as tf.SymbolicTensor;
  const sum = layers.add({ name: 'sum' }).apply([once, twice]) as tf.SymbolicTensor;
  assert.deepEqual(linesOf(layersStructure(tf.model({ inputs: input, outputs: sum }))), [
    'InputLayer in <- : ',
    'Dense shared <- in: shared/kernel,shared/bias',
    'Dense shared <- shared: shared/kernel,shared/bias',
    'Add sum <- shared,shared: ',
  ]);
});

test('a model in a model is unfolded, a wrapper reads the weights of what it wraps', () => {
  const inner = tf.sequential({
    layers: [
      layers.timeDistributed({ layer: layers.dense({ units: 2, name: 'd' }), inputShape: [3, 4], name: 't' }),
    ],
  });
  const lines = linesOf(layersStructure(tf.sequential({ layers: [inner, layers.flatten({ name: 'f' })] })));
  assert.deepEqual(
    lines.slice(1).map((line) => line.replace(/(?<=<- )\w*input\w*/, 'input')),
    ['TimeDistributed t <- input: t/kernel,t/bias', 'Flatten f <- t: '],
  );
});

test('a graph model: its operations without constants and control edges, in whatever order they stand', () => {
  const topology = {
    node: [
      { name: 'sum', op: 'AddV2', input: ['conv', 'x:0', '^guard'] },
      { name: 'guard', op: 'NoOp' },
      { name: 'conv', op: 'Conv2D', input: ['x', 'w'] },
      { name: 'w', op: 'Const' },
      { name: 'x', op: 'Placeholder' },
    ],
  };
  assert.deepEqual(linesOf(graphStructure(topology, [{ name: 'w', layer: 'conv' }])), [
    'AddV2 sum <- conv,x: ',
    'NoOp guard <- : ',
    'Conv2D conv <- x: w',
    'Placeholder x <- : ',
  ]);
});
