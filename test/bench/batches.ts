import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createRandom, shuffledIndices } from '../../src/core/index.js';
import { applyInputRange, openDataset, parseInputRange, readClasses } from '../../src/data/index.js';
import type { Batch } from '../../src/metrics/targets.js';
import { cacheFolder } from './cache.js';
import type { Subject } from './subjects.js';

/** Different batches that the steps go round. */
const BATCHES = 8;
/** Images of an evaluation pass. */
export const EVALUATION_IMAGES = 1000;
/** Images at a time in an evaluation pass. */
export const EVALUATION_BATCH = 128;

/** Names of the files, which peers.py knows too. */
const FILES = { inputs: 'inputs.f32', labels: 'labels.i32', evaluation: 'evaluation.f32' };

/**
 * Writes the batches that all candidates take as raw little-endian files, so that every side reads the same numbers.
 *
 * `inputs.f32` and `labels.i32` hold the training batches one after another, `evaluation.f32` the images of an
 * evaluation pass; all scaled for the model, row-major.
 *
 * @returns Their folder, which is kept for the next run.
 */
export async function writeBatches(subject: Subject): Promise<string> {
  const folder = join(await cacheFolder(), `${subject.name}-${BATCHES}x${subject.batchSize}`);
  if (existsSync(folder)) return folder;
  const work = await mkdtemp(join(tmpdir(), 'qgt-bench-'));
  try {
    await promisify(execFile)('tar', ['xzf', subject.archive, '-C', work, subject.images]);
    await writeFiles(subject, join(work, subject.images), join(work, 'batches'));
    await promisify(execFile)('cp', ['-r', join(work, 'batches'), `${folder}.part`]);
    await rename(`${folder}.part`, folder);
    return folder;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function writeFiles(subject: Subject, images: string, folder: string): Promise<void> {
  const { shape, classes, batchSize, inputRange } = subject;
  const dataset = await openDataset(images, {
    inputs: [{ name: 'image', shape, dtype: 'float32' }],
    outputs: [{ name: 'class', shape: [classes] }],
  });
  const order = shuffledIndices(dataset.count, createRandom(0));
  const training = order.slice(0, BATCHES * batchSize);
  const evaluation = order.slice(0, EVALUATION_IMAGES);
  const scaled = async (indices: readonly number[]) => {
    const values = Float32Array.from(await dataset.inputs[0]!.read(indices));
    applyInputRange(values, parseInputRange(inputRange, shape[2]));
    return values;
  };
  const labels = (await readClasses(dataset))!;
  await mkdir(folder);
  await writeFile(join(folder, FILES.inputs), await scaled(training));
  await writeFile(join(folder, FILES.evaluation), await scaled(evaluation));
  await writeFile(
    join(folder, FILES.labels),
    Int32Array.from(training, (index) => labels[index]!),
  );
  await dataset.close();
}

/** The training batches. */
export async function readTraining(folder: string, { batchSize, shape }: Subject): Promise<Batch[]> {
  const inputs = floats(await readFile(join(folder, FILES.inputs)));
  const labelBytes = await readFile(join(folder, FILES.labels));
  const labels = new Int32Array(Uint8Array.from(labelBytes).buffer);
  return cut(inputs, batchSize, shape).map((batch, index) => ({
    ...batch,
    labels: labels.slice(index * batchSize, (index + 1) * batchSize),
  }));
}

/** The images of an evaluation pass. */
export async function readEvaluation(folder: string, { shape }: Subject): Promise<Batch[]> {
  return cut(floats(await readFile(join(folder, FILES.evaluation))), EVALUATION_BATCH, shape);
}

function cut(values: Float32Array, batchSize: number, shape: Subject['shape']): Batch[] {
  const imageSize = shape[0] * shape[1] * shape[2];
  const images = values.length / imageSize;
  return Array.from({ length: Math.ceil(images / batchSize) }, (_, index) => {
    const start = index * batchSize;
    const end = Math.min(images, start + batchSize);
    return { inputs: [values.subarray(start * imageSize, end * imageSize)], size: end - start };
  });
}

const floats = (bytes: Buffer): Float32Array =>
  new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / Float32Array.BYTES_PER_ELEMENT);
