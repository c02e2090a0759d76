import '@tensorflow/tfjs-backend-cpu';
import { compileEagerly } from '../src/engine/eager-step.js';
import type { Engine } from '../src/engine/engine.js';
import * as tf from '../src/engine/tf.js';

/** tfjs's own CPU backend as an engine: slow, and an oracle for the others. */
export async function startCpu(): Promise<Engine> {
  await tf.setBackend('cpu');
  await tf.ready();
  return {
    name: 'embedded',
    backend: 'cpu',
    version: '',
    compileStep: compileEagerly,
  };
}
