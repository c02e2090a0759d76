import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesOf, createRandom, joinBytes, type Random, sizeOf } from '../../../src/core/index.js';

const FILTERS = [64, 128, 256, 256, 512, 512];
const POOLED = 4;
const UNITS = [3072, 2048];
const CLASSES = 10;
const SHARD_BYTES = 2 ** 22;

interface Weight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/**
 * Writes a made-up network of six Conv2D and three Dense layers, with model.json and shards of 4 MiB.
 *
 * @param scale  Its size: 1 is 36 million weights, 143 MB.
 * @returns The bytes of its weights.
 */
export async function makeLargeModel(folder: string, scale: number, seed: number): Promise<number> {
  const layers: object[] = [];
  const weights: Weight[] = [];
  const random = createRandom(seed);
  const scaled = (width: number) => Math.max(8, Math.round(width * Math.sqrt(scale)));
  let channels = 3;
  for (const [index, filters] of FILTERS.map(scaled).entries()) {
    const name = `conv_${index}`;
    const input = index === 0 ? { batch_input_shape: [null, 64, 64, 3] } : {};
    const window = { kernel_size: [3, 3], padding: 'same', activation: 'relu' };
    layers.push({ class_name: 'Conv2D', config: { name, filters, ...window, ...input } });
    weights.push(...drawnWeights(name, [3, 3, channels, filters], random));
    channels = filters;
    if (index < POOLED) layers.push({ class_name: 'MaxPooling2D', config: { name: `pool_${index}` } });
  }
  layers.push({ class_name: 'Flatten', config: { name: 'flatten' } });
  let width = 16 * channels;
  for (const [index, units] of [...UNITS.map(scaled), CLASSES].entries()) {
    const name = `dense_${index}`;
    const activation = index < UNITS.length ? 'relu' : 'softmax';
    layers.push({ class_name: 'Dense', config: { name, units, activation } });
    weights.push(...drawnWeights(name, [width, units], random));
    width = units;
  }
  const bytes = joinBytes(weights.map(({ values }) => bytesOf(values)));
  await write(folder, layers, weights, bytes);
  return bytes.length;
}

/** A kernel as He initialisation draws it, and a bias. */
function drawnWeights(layer: string, shape: readonly number[], random: Random): Weight[] {
  const deviation = Math.sqrt(2 / sizeOf(shape.slice(0, -1)));
  const drawn = (size: number, scale: number) =>
    Float32Array.from({ length: size }, () => scale * random.normal());
  const units = shape.at(-1)!;
  return [
    { name: `${layer}/kernel`, shape, values: drawn(sizeOf(shape), deviation) },
    { name: `${layer}/bias`, shape: [units], values: drawn(units, 0.1) },
  ];
}

async function write(
  folder: string,
  layers: readonly object[],
  weights: readonly Weight[],
  bytes: Uint8Array,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const paths = Array.from({ length: Math.ceil(bytes.length / SHARD_BYTES) }, (_, shard) => `${shard}.bin`);
  for (const [shard, path] of paths.entries())
    await writeFile(join(folder, path), bytes.subarray(shard * SHARD_BYTES, (shard + 1) * SHARD_BYTES));
  const modelTopology = { class_name: 'Sequential', config: { name: 'large', layers } };
  const specs = weights.map(({ name, shape }) => ({ name, shape, dtype: 'float32' }));
  const manifest = [{ paths, weights: specs }];
  const text = JSON.stringify({ format: 'layers-model', modelTopology, weightsManifest: manifest });
  await writeFile(join(folder, 'model.json'), text);
}
