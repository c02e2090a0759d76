import type { LayerKind } from './layer-kind.js';

/** Fields that all layers without a kernel share. */
export const kernelless = {
  kernels: {},
  floats: {},
  output: null,
  multipliesAt: null,
  vocabulary: null,
  masks: false,
  wraps: [],
} as const satisfies Partial<LayerKind>;
