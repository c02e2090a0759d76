import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportModel } from '../../src/index.js';
import * as tf from '../tf.js';

/** Exports a packed model for stock tfjs, values as they are, and gives what tfjs itself reads from the files. */
async function exportedArtifacts(model: string, folder: string): Promise<tf.io.IOHandler> {
  const { output } = await exportModel({
    model,
    to: 'tfjs',
    weights: 'float32',
    output: folder,
    force: true,
  });
  const json = JSON.parse(await readFile(join(output, 'model.json'), 'utf8'));
  const [{ paths, weights }] = json.weightsManifest;
  const shards = await Promise.all((paths as string[]).map((path) => readFile(join(output, path))));
  return tf.io.fromMemory({
    modelTopology: json.modelTopology,
    weightSpecs: weights,
    weightData: Uint8Array.from(Buffer.concat(shards)).buffer,
  });
}

/** A packed layers model as stock tfjs loads it from its export. */
export async function stockLayersModel(model: string, folder: string): Promise<tf.LayersModel> {
  return tf.loadLayersModel(await exportedArtifacts(model, folder));
}

/** A packed GraphModel as stock tfjs loads it from its export. */
export async function stockGraphModel(model: string, folder: string): Promise<tf.GraphModel> {
  return tf.loadGraphModel(await exportedArtifacts(model, folder));
}
