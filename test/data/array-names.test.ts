import assert from 'node:assert/strict';
import { it } from 'node:test';
import { findArrays } from '../../src/data/arrays/array-names.js';

const spec = (name: string) => ({ name, shape: [2], dtype: 'float32' as const });
const several = { inputs: [spec('in')], outputs: [spec('cls'), spec('box')] };

it('labels that belong to no one of several outputs are refused, not dropped', () => {
  assert.throws(() => findArrays('a.npz', ['x', 'y'], several), {
    code: 'bad-data',
    message:
      /one array of labels \(y\) for a model with 2 outputs; name one per output: cls or y0, box or y1/,
  });
  assert.deepEqual(findArrays('a.npz', ['x', 'y0', 'y1'], several).labels, ['y0', 'y1']);
  assert.deepEqual(findArrays('a.npz', ['x', 'box', 'cls'], several).labels, ['cls', 'box']);
  assert.deepEqual(findArrays('a.npz', ['x'], several).labels, []);
});

it('the keys of a signature name arrays too, beside those of the nodes', () => {
  const keyed = {
    inputs: [{ ...spec('in'), key: 'image' }],
    outputs: [
      { ...spec('p'), key: 'class' },
      { ...spec('b'), key: 'reg' },
    ],
  };
  for (const labels of [
    ['class', 'reg'],
    ['p', 'b'],
    ['class', 'b'],
    ['y0', 'reg'],
  ])
    assert.deepEqual(findArrays('a.npz', ['image', ...labels], keyed), { inputs: ['image'], labels });
  assert.throws(() => findArrays('a.npz', ['image', 'class'], keyed), {
    message: /expected one called b, reg, y1/,
  });
});

it('an array of inputs is no label, though an output is called so', () => {
  const through = { inputs: [spec('x')], outputs: [spec('y'), spec('x')] };
  assert.deepEqual(findArrays('a.npz', ['x'], through), { inputs: ['x'], labels: [] });
  assert.deepEqual(findArrays('a.npz', ['x', 'y'], through).labels, ['y', 'x']);
  const alike = { inputs: [{ ...spec('in'), key: 'x' }], outputs: [{ ...spec('out'), key: 'x' }] };
  assert.deepEqual(findArrays('a.npz', ['x'], alike).labels, []);
  assert.deepEqual(findArrays('a.npz', ['x', 'y'], alike).labels, ['y']);
});
