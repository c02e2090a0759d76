import * as tf from '../tf.js';
import { broadcast } from './broadcast.js';
import { cropAndResize } from './crop-and-resize.js';
import { einsum } from './einsum.js';
import { movedValues } from './moved-values.js';
import { registerZeroGradients } from './piecewise-constant.js';
import { sums } from './sums.js';

/** Adds the gradients that stock tfjs lacks or has wrong, so that a model with whatever operations can be trained. */
export function completeGradients(): void {
  registerZeroGradients();
  for (const gradient of [...broadcast, ...movedValues, ...sums, einsum, cropAndResize])
    tf.registerGradient(gradient);
}
