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
