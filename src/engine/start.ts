import { QgtError } from '../core/index.js';

import { supportAnyBatchNorm } from './any-batch-norm.js';
import { supportConv3dTranspose } from './conv3d-transpose.js';
import { supportDilatedConv3d } from './dilated-conv3d.js';
import { supportDilation } from './dilated-convolution.js';
import { startEmbedded } from './embedded/embedded-engine.js';
import type { Engine, EngineChoice } from './engine.js';
import { completeGradients } from './gradients/index.js';
import { startNative } from './native/native-engine.js';
import type { TfjsNodeLoader } from './native/tfjs-node.js';
import { addTensorMethods } from './tensor-methods.js';

/** Options for starting an engine. */
export interface StartOptions {
  /** Loads tfjs-node; its own installed copy unless told otherwise. */
  readonly loadNative?: TfjsNodeLoader;
}

/**
 * Starts an engine and makes it the one that all tensor work runs on; starting again switches to another.
 *
 * @param choice  `auto` takes the native engine where it works, else the embedded one, with a `fallbackReason`.
 * @throws QgtError `engine` where the engine that was asked for doesn't work.
 */
export async function startEngine(choice: EngineChoice, { loadNative }: StartOptions = {}): Promise<Engine> {
  const engine = await start(choice, loadNative);
  // Afterwards, since a backend that is being loaded may bring stock gradients with it.
  addTensorMethods();
  supportAnyBatchNorm();
  supportDilation();
  supportDilatedConv3d();
  supportConv3dTranspose();
  completeGradients();
  return engine;
}

async function start(choice: EngineChoice, loadNative: TfjsNodeLoader | undefined): Promise<Engine> {
  if (choice === 'embedded') return startEmbedded();
  if (choice === 'native') return startNative(loadNative);
  try {
    return await startNative(loadNative);
  } catch (error) {
    if (!(error instanceof QgtError)) throw error;
    return { ...(await startEmbedded()), fallbackReason: error.message };
  }
}
