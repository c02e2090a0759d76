import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { dump } from 'npyjs';
import type { tf } from '../../src/engine/index.js';

/** Saves a layers model as stock tfjs does: model.json and one shard. @returns The path of model.json. */
export async function saveModel(model: tf.LayersModel, folder: string): Promise<string> {
  const file = join(folder, 'model.json');
  await model.save({
    save: async ({ modelTopology, weightSpecs, weightData }) => {
      const weightsManifest = [{ paths: ['weights.bin'], weights: weightSpecs }];
      await writeFile(file, JSON.stringify({ modelTopology, weightsManifest }));
      await writeFile(join(folder, 'weights.bin'), Buffer.from(weightData as ArrayBuffer));
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    },
  });
  return file;
}

/** Writes arrays as an .npz. @returns Its path. */
export async function saveArrays(
  arrays: Record<string, { values: Float32Array | Int32Array; shape: number[] }>,
  folder: string,
): Promise<string> {
  const file = join(folder, 'data.npz');
  const members = Object.entries(arrays).map(([name, { values, shape }]) => [
    `${name}.npy`,
    new Uint8Array(dump(values, shape)),
  ]);
  await writeFile(file, zipSync(Object.fromEntries(members)));
  return file;
}
