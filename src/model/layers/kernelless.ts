import type { LayerKind } from './layer-kind.js';

/** What all layers without weights have in common. */
export const weightless = {
  kernels: {},
  floats: {},
  output: null,
  multipliesAt: null,
  vocabulary: null,
  wraps: [],
} as const satisfies Partial<LayerKind>;
