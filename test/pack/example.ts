import type { PackedModel } from '../../src/pack/index.js';

/** The worked example of docs/format.md. */
export const example: PackedModel = {
  kind: 'layers',
  topology: { class_name: 'Sequential', config: { name: 's', layers: [] } },
  metadata: {},
  preprocessing: { classes: ['no', 'yes'] },
  tensors: [
    {
      encoding: 'codes',
      name: 'd/kernel',
      shape: [3, 2],
      axes: [1],
      codes: Uint8Array.of(0, 3, 1, 2, 2, 0),
      grid: { levels: Float32Array.of(-1.5, -0.5, 0.5, 1.5), scale: Float32Array.of(0.25, 2) },
    },
    { encoding: 'raw', name: 'd/bias', shape: [2], dtype: 'float32', values: Float32Array.of(1, -1) },
  ],
};
