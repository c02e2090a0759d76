import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mergeScales } from '../../src/compression/file/merge-scales.js';
import { type CodedTensor, expandTensor } from '../../src/pack/index.js';
import { example } from '../pack/example.js';

const coded = (scale: number[], offset?: number[]): CodedTensor => ({
  encoding: 'codes',
  name: 'k',
  shape: [3, 2],
  axes: [1],
  codes: Uint8Array.of(0, 1, 1, 0, 2, 3),
  grid: {
    levels: Float32Array.of(-2, -1, 0, 1),
    scale: Float32Array.from(scale),
    ...(offset === undefined ? {} : { offset: Float32Array.from(offset) }),
  },
});

const merged = (tensor: CodedTensor) => mergeScales({ ...example, tensors: [tensor] }).tensors[0]!;

describe('scales that are all the same', () => {
  for (const [what, tensor] of [
    ['become one', coded([0.3, 0.3])],
    ['become one with offsets that are the same too', coded([0.3, 0.3], [1, 1])],
  ] as const) {
    it(`${what}, of the same values`, () => {
      const one = merged(tensor);
      assert.ok(one.encoding === 'codes' && one.axes.length === 0 && one.grid.scale.length === 1);
      assert.equal(one.grid.offset?.length, tensor.grid.offset === undefined ? undefined : 1);
      assert.deepEqual(expandTensor(one), expandTensor(tensor));
    });
  }

  it('stay where they or the offsets differ, or where there is one channel', () => {
    const single = { ...coded([0.3]), shape: [6, 1] };
    for (const tensor of [coded([0.3, 0.4]), coded([0.3, 0.3], [1, 2]), single])
      assert.equal(merged(tensor), tensor);
  });
});
