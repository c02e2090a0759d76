// tfjs as its users have it, with the converter, which the sources load for graph models alone.
export { GraphModel, loadGraphModel } from '@tensorflow/tfjs-converter';
export * from '../src/engine/tf.js';
