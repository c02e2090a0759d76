import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noiseUnits, outputNoise } from '../../../src/compression/file/output-noise.js';
import { tf } from '../../../src/engine/index.js';
import { compress } from '../../../src/index.js';
import type { LoadedModel } from '../../../src/model/index.js';
import { PACKED_FILE } from '../../../src/pack/index.js';
import {
  openModel,
  openSamples,
  openSession,
  readInputs,
  readPacked,
  valuesInSample,
} from '../../../src/session/index.js';
import { packers } from './packers.js';
import { uint8Files, uint8Weights } from './uint8.js';

/** A model at 8 bits beside the converter's uint8 weights. */
export interface EightBits {
  /** model.json and weights under brotli. */
  readonly uint8Bytes: number;
  /** The whole file. */
  readonly bytes: number;
  /** Signal to noise of each output about the mean of its columns, in dB; Infinity where nothing differs. */
  readonly uint8Db: readonly number[];
  readonly db: readonly number[];
}

/** Enough to measure on, in seconds. */
const SYNTHESIS = { synthesisSamples: 160, synthesisSteps: 20 };
/** Other inputs than those that a run synthesises, which has seed 0. */
const SEED = 1;
const SAMPLES = 256;
const MAX_VALUES = 2 ** 21;
const BATCH = 8;

/** `qgt compress MODEL --bits 8 --epochs 0`, and the noise of its outputs on seeded inputs. */
export async function measureEightBits(model: string): Promise<EightBits> {
  const folder = await mkdtemp(join(tmpdir(), 'qgt-sizes-'));
  try {
    await compress({ model, bits: 8, epochs: 0, ...SYNTHESIS, output: folder, force: true });
    const session = await openSession({ model, require: [], engine: 'auto' }, () => {});
    const { liveModel } = session;
    const { loaded } = liveModel;
    const samples = await openSamples(session, {
      purpose: 'measure',
      seed: SEED,
      synthesis: {
        worth: 'measurement',
        samples: SYNTHESIS.synthesisSamples,
        steps: SYNTHESIS.synthesisSteps,
      },
      onProgress: () => {},
    });
    const limit = Math.min(
      SAMPLES,
      Math.max(1, Math.floor(MAX_VALUES / valuesInSample(liveModel, samples.training))),
    );
    const batches = await readInputs({ ...session, samples, seed: SEED, limit }, samples.training, BATCH);
    try {
      const float = await outputsOf(loaded, batches);
      const decibels = async (other: LoadedModel) => {
        const outputs = await outputsOf(other, batches);
        return float.map(
          (output, index) =>
            -10 * Math.log10(outputNoise(noiseUnits(output), output.values, outputs[index]!.values)),
        );
      };
      return {
        uint8Bytes: packers.brotli(uint8Files(loaded)),
        bytes: (await stat(join(folder, PACKED_FILE))).size,
        uint8Db: await decibels({ ...loaded, weights: uint8Weights(loaded) }),
        db: await decibels((await readPacked(join(folder, PACKED_FILE))).loaded),
      };
    } finally {
      tf.dispose(batches.flat());
      await samples.close();
      liveModel.dispose();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function outputsOf(loaded: LoadedModel, batches: readonly tf.Tensor[][]) {
  const model = await openModel(loaded);
  const parts: tf.Tensor[][] = [];
  for (const inputs of batches) parts.push(await model.predict(inputs));
  const outputs = tf.tidy(() =>
    parts[0]!.map((first, output) => ({
      values: Float32Array.from(tf.concat(parts.map((part) => tf.reshape(part[output]!, [-1]))).dataSync()),
      width: first.shape.length > 1 ? first.shape.at(-1)! : 1,
    })),
  );
  tf.dispose(parts.flat());
  model.dispose();
  return outputs;
}

export const EIGHT_BITS_HEADS = [
  'model',
  'uint8, brotli',
  '.qgt, 8 bits',
  '.qgt / uint8, brotli',
  'uint8, dB',
  '.qgt, dB',
];

/** Cells of a row; the worst output counts. */
export function eightBitsRow(name: string, { uint8Bytes, bytes, uint8Db, db }: EightBits): string[] {
  const worst = (values: readonly number[]) => {
    const least = Math.min(...values);
    return Number.isFinite(least) ? least.toFixed(1) : 'exact';
  };
  const grouped = (count: number) => count.toLocaleString('en');
  return [
    name,
    grouped(uint8Bytes),
    grouped(bytes),
    (bytes / uint8Bytes).toFixed(3),
    worst(uint8Db),
    worst(db),
  ];
}
