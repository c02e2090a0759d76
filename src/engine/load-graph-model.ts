import { loadOptional, type OptionalLibraries } from '../core/index.js';
import type { GraphModel, io } from './tf.js';

const LIBRARIES: OptionalLibraries = { packages: ['@tensorflow/tfjs-converter'], where: 'graph models' };

/** Loads tfjs-converter. @throws QgtError `not-installed`. */
export const converter = () => loadOptional(LIBRARIES, () => import('@tensorflow/tfjs-converter'));

/** Loads a graph model by tfjs-converter. @throws QgtError `not-installed`, and what tfjs throws. */
export async function loadGraphModel(handler: io.IOHandler): Promise<GraphModel> {
  return (await converter()).loadGraphModel(handler);
}
