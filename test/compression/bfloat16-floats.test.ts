import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toBfloat16Floats } from '../../src/compression/file/bfloat16-floats.js';
import { bytesOf } from '../../src/core/index.js';
import { type CodedTensor, packModel, type StoredTensor } from '../../src/pack/index.js';
import { example } from '../pack/example.js';

const float = (name: string, shape: number[], ...values: number[]): StoredTensor => ({
  encoding: 'raw',
  name,
  shape,
  dtype: 'float32',
  values: Float32Array.from(values),
});

const coded: CodedTensor = {
  encoding: 'codes',
  name: 'k',
  shape: [2, 2],
  axes: [1],
  codes: Uint8Array.of(0, 1, 1, 0),
  grid: {
    levels: Float32Array.of(0.1, 0.7),
    scale: Float32Array.of(1 / 3, 2),
    offset: Float32Array.of(0.1, -0.1),
  },
};

describe('toBfloat16Floats', () => {
  const bias = float('bias', [3], 0.1, 1, -1e-3);
  const others = [
    float('scalar', [], 1 / 255),
    float('anchors', [1, 3], 0.1, 0.2, 0.3),
    { ...float('counts', [1], 0), dtype: 'int32', values: Int32Array.of(123456789) } as StoredTensor,
  ];
  const { tensors } = toBfloat16Floats({ ...example, tensors: [coded, bias, ...others] });
  const [kernel, vector, ...rest] = tensors;

  it('halves scales, offsets and vectors, and nothing else', () => {
    assert.ok(kernel?.encoding === 'codes' && vector?.encoding === 'raw');
    const { levels, scale, offset } = kernel.grid;
    assert.deepEqual(levels, coded.grid.levels);
    for (const values of [scale, offset!, vector.values]) {
      const halves = new Uint16Array(bytesOf(values).slice().buffer).filter((_, index) => index % 2 === 0);
      assert.deepEqual(
        [...halves],
        Array.from(halves, () => 0),
      );
    }
    assert.deepEqual(rest, others);
    assert.deepEqual(kernel.codes, coded.codes);
  });

  it('changes no number by more than 2 ** -8 of it', () => {
    assert.ok(vector?.encoding === 'raw' && bias.encoding === 'raw');
    for (const [index, value] of bias.values.entries())
      assert.ok(Math.abs(vector.values[index]! - value) <= Math.abs(value) * 2 ** -8);
  });

  it('makes a file shorter', async () => {
    const values = Array.from({ length: 500 }, (_, index) => Math.sin(index));
    const model = { ...example, tensors: [float('bias', [500], ...values)] };
    const [long, short] = [await packModel(model), await packModel(toBfloat16Floats(model))];
    assert.ok(long.bytes.length - short.bytes.length > 900);
  });
});
