import assert from 'node:assert/strict';
import { it } from 'node:test';
import { watchedNodes } from '../../src/model/index.js';
import { operation, placeholder } from '../pipeline/graph-folder.js';

const weight = (name: string, ...shape: number[]) => ({
  name,
  shape,
  dtype: 'float32' as const,
  values: new Float32Array(shape.reduce((size, each) => size * each, 1)),
});

it('nodes that are watched: the last of what is done to each product alone, as far as nothing is awaited', () => {
  const node = [
    placeholder('x', [-1, 4]),
    operation('MatMul', 'first', ['x', 'a']),
    operation('BiasAdd', 'biased', ['first', 'bias']),
    operation('Relu', 'active', ['biased']),
    // What branches, and a sum of two ways, is no longer the kernel's own.
    operation('MatMul', 'left', ['active', 'b']),
    operation('MatMul', 'right', ['active', 'c']),
    operation('AddV2', 'sum', ['left', 'right']),
    operation('Where', 'places', ['sum']),
    operation('MatMul', 'behind', ['places', 'd']),
  ];
  const weights = [
    weight('a', 4, 4),
    weight('bias', 4),
    weight('b', 4, 4),
    weight('c', 4, 4),
    weight('d', 2, 4),
  ];
  const constants = weights.map(({ name }) => operation('Const', name, []));
  assert.deepEqual(watchedNodes({ node: [...constants, ...node] }, weights), {
    all: ['active', 'left', 'right'],
    last: ['left', 'right'],
  });
});
