import { rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '../../src/engine/tf.js';

/** Bytes of a weight file, and its name. */
export interface WeightFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const made: string[] = [];

// Not `after`: several test files share a process and this module, and it would run after the first of them.
process.once('exit', () => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** A new temporary folder that goes when the tests of the process are over. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'qgt-model-'));
  made.push(folder);
  return folder;
}

/** Writes a model.json and its weight files into a new folder. */
export async function writeModel(
  json: unknown,
  files: readonly WeightFile[],
  name = 'model.json',
): Promise<string> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, name), typeof json === 'string' ? json : JSON.stringify(json));
  for (const file of files) await writeFile(join(folder, file.name), file.bytes);
  return folder;
}

/** A model as tfjs itself would save it. */
export interface Saved {
  readonly modelTopology: object;
  readonly weightSpecs: tf.io.WeightsManifestEntry[];
  readonly weightData: Uint8Array;
}

/** What `model.save()` hands to its handler. */
export async function savedBy(model: tf.LayersModel): Promise<Saved> {
  let saved: Saved | undefined;
  await model.save({
    save: async ({ modelTopology, weightSpecs, weightData }) => {
      saved = {
        modelTopology: modelTopology as object,
        weightSpecs: weightSpecs!,
        weightData: new Uint8Array(weightData as ArrayBuffer),
      };
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
    },
  });
  return saved!;
}

/** Saves a model into a new folder, its weights cut into files of at most `shardBytes`. */
export async function saveModel(
  model: tf.LayersModel,
  shardBytes = Number.POSITIVE_INFINITY,
): Promise<string> {
  const { modelTopology, weightSpecs, weightData } = await savedBy(model);
  const files: WeightFile[] = [];
  for (let start = 0; start < weightData.length; start += shardBytes) {
    files.push({ name: `weights-${files.length}.bin`, bytes: weightData.slice(start, start + shardBytes) });
  }
  const weightsManifest = [{ paths: files.map(({ name }) => `./${name}`), weights: weightSpecs }];
  return writeModel({ modelTopology, format: 'layers-model', weightsManifest }, files);
}

/** Values that are the same every time, between -1 and 1. */
export function someTensor(shape: readonly number[], seed = 7): tf.Tensor {
  return tf.randomUniform([...shape], -1, 1, 'float32', seed);
}

/** Gives every weight of a model values of its own; variances become positive. */
export function fillWeights(model: tf.LayersModel): void {
  model.weights.forEach((weight, index) => {
    const values = someTensor(weight.shape as number[], index + 1);
    const isVariance = weight.originalName.endsWith('variance');
    weight.write(isVariance ? tf.add(tf.abs(values), 0.5) : tf.mul(values, 0.5));
  });
}

/** What a model makes of inputs that fit it, `size` standing for every size that is left open. */
export function predictSome(model: tf.LayersModel | tf.GraphModel, size = 6): number[][] {
  const inputs = model.inputs.map(({ shape, dtype }, index) => {
    const whole = (shape ?? []).map((each, axis) =>
      axis === 0 ? 2 : each === null || each < 0 ? size : each,
    );
    const values = someTensor(whole, 50 + index);
    return dtype === 'int32' ? tf.cast(tf.mul(tf.abs(values), 3), 'int32') : values;
  });
  const outputs = model.predict(inputs.length === 1 ? inputs[0]! : inputs) as tf.Tensor | tf.Tensor[];
  return [outputs].flat().map((output) => Array.from(output.dataSync()));
}
