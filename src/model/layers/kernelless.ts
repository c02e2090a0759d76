import type { LayerKind } from './layer-kind.js';

/** What all layers without a kernel have in common. */
export const kernelless = {
  kernels: {},
  floats: {},
  output: null,
  multipliesAt: null,
  vocabulary: null,
  masks: false,
  wraps: [],
} as const satisfies Partial<LayerKind>;
