import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  PRECISION_TABLE,
  precisionRow,
  prefersBfloat16,
} from '../../src/engine/native/recorded/precision-table.js';
import type { ProcessorFeature } from '../../src/engine/processor.js';

const plain = [{ op: 'Conv2D' }, { op: 'Relu' }];
const separable = [...plain, { op: 'DepthwiseConv2dNative' }];
const dense = [{ op: 'MatMul' }];

describe('the precision that auto takes', () => {
  const cases: [string, ProcessorFeature[], { op: string }[], boolean][] = [
    ['no bfloat16 in the processor', ['avx2', 'avx512f'], plain, false],
    ['convolutions on AVX512_BF16', ['avx2', 'avx512f', 'avx512_bf16'], plain, true],
    ['convolutions on AMX', ['avx2', 'avx512f', 'avx512_bf16', 'amx_bf16'], plain, true],
    ['depthwise convolutions among them', ['avx2', 'avx512f', 'avx512_bf16', 'amx_bf16'], separable, false],
    ['dense layers alone', ['avx2', 'avx512f', 'avx512_bf16', 'amx_bf16'], dense, false],
  ];
  for (const [name, features, nodes, bfloat16] of cases) {
    it(`${name}: ${bfloat16 ? 'bfloat16' : 'float32'}`, () => {
      const row = precisionRow(features, nodes);
      assert.equal(row !== undefined && prefersBfloat16(row), bfloat16);
    });
  }

  it('has one row for each feature and kind of convolution', () => {
    const keys = PRECISION_TABLE.map(({ feature, convolutions }) => `${feature} ${convolutions}`);
    assert.equal(new Set(keys).size, keys.length);
    assert.equal(keys.length, 4);
  });
});
