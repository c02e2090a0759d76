import { describeError, QgtError } from '../../core/index.js';
import { withDilation } from '../dilated-conv3d.js';
import type { Engine } from '../engine.js';
import * as tf from '../tf.js';
import { quickenChannelSum } from './channel-sum.js';
import { addDenseBincount } from './dense-bincount.js';
import { fuseGradients } from './fused-gradients.js';
import { recordStep } from './recorded/recorded-step.js';
import { replaceKernel } from './replace-kernel.js';
import { loadTfjsNode, type TfjsNodeLoader } from './tfjs-node.js';

/**
 * Starts tfjs-node, TensorFlow's own kernels.
 *
 * @throws QgtError `engine` with the reason where it isn't installed, doesn't load or doesn't compute; the backend
 *   that was in use stays in use.
 */
export async function startNative(load: TfjsNodeLoader = loadTfjsNode): Promise<Engine> {
  const before = tf.engine().backendName;
  try {
    const { version } = load();
    if (!(await tf.setBackend('tensorflow'))) throw new Error('its backend did not start');
    probe();
    addDenseBincount();
    fuseGradients();
    quickenChannelSum();
    replaceKernel(tf.Conv3D, withDilation);
    return {
      name: 'native',
      backend: 'tensorflow',
      version: version['tfjs-node'],
      compileStep: recordStep,
    };
  } catch (error) {
    if (before) await tf.setBackend(before);
    throw new QgtError('engine', {
      where: 'native engine',
      what: reasonOf(error),
      remedy: 'run `qgt setup`, or use --engine embedded',
      cause: error,
    });
  }
}

/** A small product and its gradient, whose values are known. */
function probe(): void {
  const values = tf.tidy(() => {
    const [a, b] = [tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor2d([5, 6, 7, 8], [2, 2])];
    const gradient = tf.grad((x) => tf.sum(tf.matMul(x, b)))(a); // row sums of b, in every row
    return [...tf.matMul(a, b).dataSync(), ...gradient.dataSync()];
  });
  if (values.join() !== '19,22,43,50,11,15,11,15') throw new Error('it computes wrong results');
}

function reasonOf(error: unknown): string {
  if (isMissing(error)) return '@tensorflow/tfjs-node is not installed';
  const [firstLine] = describeError(error).split('\n');
  return `@tensorflow/tfjs-node does not work: ${firstLine!.trim().replace(/\.$/, '')}`;
}

function isMissing(error: unknown): boolean {
  const missing = error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND';
  return missing && describeError(error).includes("'@tensorflow/tfjs-node'");
}
