// The one `tf` of the project: core and layers, as the union package has them, less the backends. The converter is
// loaded for graph models alone, and may not be installed.
export type { GraphModel } from '@tensorflow/tfjs-converter';
export * from '@tensorflow/tfjs-core';
export * from '@tensorflow/tfjs-layers';
