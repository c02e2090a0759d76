// Memory of a long training; for memory.long.ts and memory.soak.ts.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createRandom } from '../../src/core/index.js';
import { type Engine, fuseBatchNorm, startEngine, tf } from '../../src/engine/index.js';
import type { Batch } from '../../src/metrics/index.js';
import { fineTune } from '../../src/train/index.js';
import { layersStudent, layersTeacher } from '../../src/train/layers-models.js';
import { skipWithoutNative } from '../engine/native-available.js';
import { optionsOf, stepOptions } from '../options.js';
import { headOf } from '../output-heads.js';
import type { LayersTrainee } from './layers-trainee.js';
import { twoBitKernel } from './two-bit-kernel.js';

/** What allocators and caches may still take and give back. */
const SLACK_BYTES = 32 * 2 ** 20;
/** How often memory is measured in a training, whatever its length. */
const MEASUREMENTS = 200;
const EPOCHS = 20;

const IMAGE = [8, 8, 3] as const;
const CLASSES = 4;
const BATCH_SIZE = 8;

setFlagsFromString('--expose-gc');
/** Frees what nobody holds any more, which else is there or not by chance. */
const collectGarbage: () => void = runInNewContext('gc');

/** Memory of this process at one moment. */
interface Memory {
  readonly bytes: number;
  readonly tensors: number;
}

/** Memory of a training after a tenth of it, when all is set up, and at its end: medians over a tenth each. */
export interface Growth {
  readonly settled: Memory;
  readonly last: Memory;
}

/** Tests that memory stays the same over a training of so many steps on each engine. */
export function memoryIsFlat(steps: Readonly<Record<'native' | 'embedded', number>>): void {
  for (const [name, count] of [
    ['native', steps.native],
    ['embedded', steps.embedded],
  ] as const) {
    describe(`the memory of a training on the ${name} engine`, async () => {
      const skip = name === 'native' ? await skipWithoutNative() : false;
      it(`is the same after ${count} steps as after a tenth of them`, { skip }, async (test) => {
        const growth = await growthOfTraining(await startEngine(name), count);
        test.diagnostic(assertFlat(growth));
      });
    });
  }
}

/** Notes the memory of this process as a training goes on. */
export class MemoryWatch {
  readonly #every: number;
  readonly #measured: Memory[] = [];
  #steps = 0;

  /** @param steps  Of the whole training. */
  constructor(steps: number) {
    this.#every = Math.max(1, Math.floor(steps / MEASUREMENTS));
  }

  afterStep(): void {
    if (++this.#steps % this.#every !== 0) return;
    collectGarbage();
    this.#measured.push({ bytes: process.memoryUsage.rss(), tensors: tf.memory().numTensors });
  }

  growth(): Growth {
    const tenth = Math.floor(this.#measured.length / 10);
    return {
      settled: medianOf(this.#measured.slice(tenth, 2 * tenth)),
      last: medianOf(this.#measured.slice(-tenth)),
    };
  }
}

/** Checks that neither tensors nor resident bytes have become more. @returns A line that says how many they were. */
export function assertFlat({ settled, last }: Growth): string {
  assert.equal(last.tensors, settled.tensors, 'the number of tensors');
  const grown = last.bytes - settled.bytes;
  const line = `${inMebibytes(settled.bytes)} after a tenth, ${inMebibytes(last.bytes)} at the end, ${last.tensors} tensors`;
  assert.ok(grown <= SLACK_BYTES, line);
  return line;
}

/** Trains a convolution, a BatchNorm and a dense layer on batches of their own for so many steps. */
export async function growthOfTraining(engine: Engine, steps: number): Promise<Growth> {
  const trainee = traineeOf(engine);
  const watch = new MemoryWatch(steps);
  const stepsPerEpoch = steps / EPOCHS;
  let score = 0;
  await fineTune(
    trainee,
    {
      steps: stepsPerEpoch,
      batches: (epoch, first) => batchesOf(stepsPerEpoch, epoch, first),
      plain: () => batchesOf(10, 0, 0),
      // Each epoch is the best so far, so that none is the last and every state is kept.
      evaluate: async () => ({ name: 'epochs', value: ++score, score }),
    },
    {
      ...optionsOf('compress'),
      ...stepOptions({ distill: 0.5, temperature: 1, precision: 'float32' }),
      epochs: EPOCHS,
      learningRate: 0.001,
      guidance: 0.02,
      onProgress: ({ kind }) => {
        if (kind === 'step') watch.afterStep();
      },
    },
  );
  for (const { model } of [trainee.student, trainee.teacher]) model.dispose();
  return watch.growth();
}

function smallModel(seed: number): tf.LayersModel {
  const kernelInitializer = tf.initializers.heNormal({ seed });
  return tf.sequential({
    layers: [
      tf.layers.conv2d({ filters: 8, kernelSize: 3, inputShape: [...IMAGE], kernelInitializer }),
      tf.layers.batchNormalization(),
      tf.layers.globalAveragePooling2d({}),
      tf.layers.dense({ units: CLASSES, activation: 'softmax', kernelInitializer }),
    ],
  });
}

function traineeOf(engine: Engine): LayersTrainee {
  const [student, teacher] = [smallModel(1), smallModel(2)];
  const [convolution, , , dense] = student.layers;
  fuseBatchNorm(student);
  const kernels = [
    { layer: convolution!, axes: [3] },
    { layer: dense!, axes: [1] },
  ].map(({ layer, axes }) => twoBitKernel(layer, axes));
  return {
    engine,
    student: layersStudent(student),
    teacher: layersTeacher(teacher),
    kernels,
    inputs: [{ shape: [...IMAGE], dtype: 'float32' }],
    studentHeads: [headOf('softmax', { shape: [CLASSES], layer: dense! })],
    teacherHeads: [headOf('softmax', { shape: [CLASSES], layer: teacher.layers[3]! })],
  };
}

/** Noise with classes that can't be learnt. */
async function* batchesOf(steps: number, epoch: number, first: number): AsyncGenerator<Batch> {
  const random = createRandom(epoch);
  const size = BATCH_SIZE * IMAGE.reduce((product, side) => product * side, 1);
  for (let at = first; at < steps; at++) {
    yield {
      inputs: [Float32Array.from({ length: size }, random.next)],
      labels: Int32Array.from({ length: BATCH_SIZE }, () => Math.floor(CLASSES * random.next())),
      size: BATCH_SIZE,
    };
  }
}

function medianOf(measured: readonly Memory[]): Memory {
  const middle = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;
  return {
    bytes: middle(measured.map(({ bytes }) => bytes)),
    tensors: middle(measured.map(({ tensors }) => tensors)),
  };
}

const inMebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
