import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { NamedTensor } from '../../src/core/index.js';
import * as tf from '../../src/engine/tf.js';
import { graphInputUses, type InputUse, layerInputUses } from '../../src/model/index.js';
import { startCpu } from '../cpu-engine.js';

const { layers } = tf;
type Symbol = tf.SymbolicTensor;

describe('what a layers model does with its inputs', () => {
  before(startCpu);

  const embedding = (words: number) => layers.embedding({ inputDim: words, outputDim: 2 });
  const dense = () => layers.dense({ units: 2 });
  const inner = () =>
    tf.sequential({ layers: [layers.embedding({ inputDim: 7, outputDim: 2, inputLength: 3 })] });
  const cases: [title: string, make: (input: Symbol) => tf.SymbolicTensor, vocabulary: number | null][] = [
    ['looks it up', (input) => embedding(9).apply(input) as Symbol, 9],
    ['reads numbers', (input) => dense().apply(input) as Symbol, null],
    [
      'looks it up behind layers that hand it on',
      (input) => {
        const shaped = layers.reshape({ targetShape: [3, 1] }).apply(input) as Symbol;
        const dropped = layers.dropout({ rate: 0.5 }).apply(layers.flatten().apply(shaped)) as Symbol;
        return embedding(9).apply(dropped) as Symbol;
      },
      9,
    ],
    [
      'looks it up in two tables',
      (input) =>
        layers.add().apply([embedding(9), embedding(5)].map((each) => each.apply(input) as Symbol)) as Symbol,
      5,
    ],
    [
      'looks it up beside itself',
      (input) => embedding(9).apply(layers.concatenate().apply([input, input])) as Symbol,
      9,
    ],
    ['looks it up in a model of its own', (input) => inner().apply(input) as Symbol, 7],
    [
      'looks it up step by step',
      (input) => {
        const steps = layers.reshape({ targetShape: [3, 1] }).apply(input) as Symbol;
        return layers.timeDistributed({ layer: embedding(6) }).apply(steps) as Symbol;
      },
      6,
    ],
    ['looks up what was computed', (input) => embedding(9).apply(dense().apply(input)) as Symbol, null],
  ];
  for (const [title, make, vocabulary] of cases)
    it(title, () => {
      const input = tf.input({ shape: [3] });
      const other = tf.input({ shape: [3] });
      const outputs = [make(input), dense().apply(other) as Symbol];
      const [first, second] = layerInputUses(tf.model({ inputs: [input, other], outputs }));
      assert.deepEqual([first!.vocabulary, second!.vocabulary], [vocabulary, null]);
    });
});

describe('what a graph model does with its inputs', () => {
  type Node = { name: string; op: string; input?: string[]; attr?: Record<string, unknown> };
  const node = (op: string, name: string, ...input: string[]): Node => ({ name, op, input });
  const floats = (name: string, shape: number[], ...values: number[]): NamedTensor => ({
    name,
    shape,
    dtype: 'float32',
    values:
      values.length > 0 ? Float32Array.from(values) : new Float32Array(shape.reduce((a, b) => a * b, 1)),
  });
  const int = (name: string, value: number): NamedTensor => ({
    name,
    shape: [],
    dtype: 'int32',
    values: Int32Array.of(value),
  });
  const usesOf = (nodes: Node[], weights: NamedTensor[], library?: unknown): InputUse => {
    const constants = weights.map(({ name }) => node('Const', name));
    const topology = { node: [node('Placeholder', 'x'), ...constants, ...nodes], library };
    return graphInputUses(topology, weights, ['x:0'])[0]!;
  };

  const table = floats('table', [12, 4]);
  const lookups: [title: string, nodes: Node[], weights: NamedTensor[], vocabulary: number | null][] = [
    ['Gather', [node('Gather', 'y', 'table', 'x')], [table], 12],
    ['GatherV2 along its axis', [node('GatherV2', 'y', 'table', 'x', 'axis')], [table, int('axis', 1)], 4],
    [
      'ResourceGather behind Cast, Identity and Reshape',
      [
        node('Cast', 'cast', 'x'),
        node('Identity', 'same', 'cast:0'),
        node('Reshape', 'flat', 'same', 'sizes'),
        node('ResourceGather', 'y', 'table', 'flat'),
      ],
      [table, int('sizes', -1)],
      12,
    ],
    ['OneHot', [node('OneHot', 'y', 'x', 'depth')], [int('depth', 30)], 30],
    [
      'the smaller of two tables',
      [node('Gather', 'y', 'table', 'x'), node('Gather', 'z', 'small', 'x')],
      [table, floats('small', [5, 4])],
      5,
    ],
    [
      'a table by what was computed',
      [node('Relu', 'r', 'x'), node('Gather', 'y', 'table', 'r')],
      [table],
      null,
    ],
    ['its own rows, picked by a constant', [node('Gather', 'y', 'x', 'place')], [int('place', 2)], null],
  ];
  for (const [title, nodes, weights, vocabulary] of lookups)
    it(`looks it up: ${title}`, () => assert.equal(usesOf(nodes, weights).vocabulary, vocabulary));

  it('looks it up in a function', () => {
    const body = [node('Gather', 'y', 'rows', 'tokens')];
    const signature = { name: 'f', inputArg: [{ name: 'rows' }, { name: 'tokens' }] };
    const call = { ...node('PartitionedCall', 'call', 'table', 'x'), attr: { f: { func: { name: 'f' } } } };
    assert.equal(usesOf([call], [table], { function: [{ signature, nodeDef: body }] }).vocabulary, 12);
  });

  it('rescales it: the arithmetic with constants at its start, as it is computed', () => {
    const nodes = [
      node('Cast', 'cast', 'x'),
      node('Sub', 'centred', 'cast', 'mean'),
      node('RealDiv', 'unit', 'centred', 'deviation'),
      node('Mul', 'double', 'two', 'unit'),
      node('AddV2', 'moved', 'double', 'one'),
      node('Conv2D', 'y', 'moved', 'kernel'),
    ];
    const weights = [
      floats('mean', [3], 10, 20, 30),
      floats('deviation', [1, 1, 1, 3], 1, 2, 4),
      floats('two', [], 2),
      floats('one', [], 1),
      floats('kernel', [1, 1, 3, 4]),
    ];
    const { scale, offset } = usesOf(nodes, weights).rescaling!;
    for (const [channel, value] of [7, -3, 100].entries()) {
      const [mean, deviation] = [[10, 20, 30][channel]!, [1, 2, 4][channel]!];
      assert.equal(value * scale[channel]! + offset[channel]!, (2 * (value - mean)) / deviation + 1);
    }
  });

  it('rescales it only where all that reads it is behind that', () => {
    const scaled = [node('Mul', 'scaled', 'x', 'two'), node('Conv2D', 'y', 'scaled', 'kernel')];
    const weights = [floats('two', [], 2), floats('kernel', [1, 1, 3, 4])];
    assert.deepEqual(usesOf(scaled, weights).rescaling, { scale: [2], offset: [0] });
    assert.equal(usesOf([...scaled, node('Conv2D', 'z', 'x', 'kernel')], weights).rescaling, null);
    assert.equal(usesOf([node('Mul', 'y', 'x', 'x')], []).rescaling, null);
  });
});
