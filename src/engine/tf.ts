// The one `tf` of the project: core, layers and converter, as the union package has them, less the backends.
export * from '@tensorflow/tfjs-converter';
export * from '@tensorflow/tfjs-core';
export * from '@tensorflow/tfjs-layers';
