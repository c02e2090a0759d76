import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { deserialize, serialize } from 'node:v8';
import type { Engine } from '../../src/engine/engine.js';
import * as tf from '../../src/engine/tf.js';
import type { Batch } from '../../src/metrics/targets.js';
import type { CodeCounts } from '../../src/train/entropy-penalty.js';
import {
  type FineTuneOptions,
  fineTune,
  type TrainerState,
  type Training,
  type TrainingCheckpoint,
  type TrainingData,
  trainerStateSchema,
  variablesOf,
} from '../../src/train/index.js';
import { optionsOf, stepOptions } from '../options.js';
import { samples, traineeOf } from './dense-trainee.js';

const options: FineTuneOptions = {
  ...optionsOf('compress'),
  ...stepOptions({ distill: 0.5, temperature: 1, precision: 'float32' }),
  epochs: 4,
  learningRate: 0.01,
  guidance: 0.02,
  onProgress: () => {},
};

const STEPS = 4;

/** Other batches in each epoch; the one that is spoilt can't be trained on. */
async function* batchesOf(epoch: number, first: number, spoilt: boolean): AsyncGenerator<Batch> {
  for (let at = first; at < STEPS; at++) {
    const batch = samples(16, STEPS * epoch + at);
    yield spoilt && at === 2 ? { ...batch, inputs: [batch.inputs[0]!.map(() => Number.NaN)] } : batch;
  }
}

/** A way to train: what differs from a plain one. */
interface Way {
  readonly given?: Partial<FineTuneOptions>;
  /** The passes that break off, by their number. */
  readonly spoiltPasses?: readonly number[];
  /** A file to keep small by the entropy penalty. */
  readonly mostBytes?: number;
  readonly counts?: CodeCounts;
}

/** What a training came to. */
interface Result {
  readonly training: Training;
  readonly variables: number[][];
}

/** Trains from the start, or on from a state, and takes note of every state on the way. */
export async function train(
  engine: Engine,
  { given = {}, spoiltPasses = [], mostBytes, counts = 'live' }: Way,
  begun: Uint8Array | null,
): Promise<Result & { readonly states: readonly Uint8Array[] }> {
  const factor = tf.variable(tf.scalar(counts === 'live' ? 0.01 : 0), false);
  const trainee = traineeOf(engine, mostBytes === undefined ? undefined : factor, counts);
  const states: Uint8Array[] = [];
  const state = begun === null ? null : trainerStateSchema.parse(deserialize(begun));
  // A setback repeats its epoch, so that passes and epochs have numbers of their own.
  let pass = state === null ? 0 : passesBegun(state);
  const scores = [1, 3, 2, 2.5];
  const data: TrainingData = {
    steps: STEPS,
    batches: (epoch, first) => batchesOf(epoch, first, spoiltPasses.includes(pass++)),
    plain: () => batchesOf(0, 0, false),
    evaluate: async () => {
      const [sum] = tf.tidy(() => tf.sum(trainee.kernels[0]!.scale).dataSync());
      return { name: 'sum', value: sum!, score: scores[Math.floor(1e6 * sum!) % 4]! };
    },
    ...(mostBytes !== undefined && {
      size: {
        factor,
        counts,
        mostBytes,
        remedy: '',
        measureBytes: async () => 100 / (1 + factor.dataSync()[0]!),
      },
    }),
  };
  const checkpoint: TrainingCheckpoint = {
    begun: state,
    isDue: () => true,
    save: async (kept) => void states.push(serialize(kept)),
  };
  const training = await fineTune(trainee, data, { ...options, ...given }, checkpoint);
  const variables = variablesOf(trainee).map((variable) => [...variable.dataSync()]);
  return { training, variables, states };
}

/** Passes that an interrupted training had begun, with the one that it was in left to be begun again. */
const passesBegun = ({ trace, guard }: TrainerState): number => trace.length + guard.setbacks;

const WAYS: Readonly<Record<string, Way>> = {
  'quantized in the forward pass': {},
  'in float until the end': { given: { forward: 'float', epochs: 5 } },
  'with a setback': { spoiltPasses: [1, 3] },
  'with a setback after the kernels were snapped': {
    given: { forward: 'float', epochs: 3 },
    spoiltPasses: [2],
  },
  'toward a size': { mostBytes: 90 },
  'toward a size, steadily': { mostBytes: 60, counts: 'once' },
  'with a limit on the steps': { given: { maxSteps: 7 } },
};

/** From which of so many states a training is gone on with: all take too long on an engine that records steps. */
const everyState = (count: number, step: number): number[] =>
  Array.from({ length: Math.ceil(count / step) }, (_, at) => at * step);

/**
 * Tests that a training which goes on from a state ends by the same bits as one that was never interrupted.
 *
 * @param step  Of how many states one is gone on from.
 */
export function resumes(start: () => Promise<Engine>, step: number, names = Object.keys(WAYS)): void {
  let engine: Engine;
  before(async () => {
    engine = await start();
  });

  for (const name of names) {
    const way = WAYS[name]!;
    it(`ends as one that was never interrupted: ${name}`, async () => {
      const { states, ...whole } = await train(engine, way, null);
      assert.ok(states.length > 6, `${states.length} states`);
      for (const at of everyState(states.length, step)) {
        const { states: _, ...resumed } = await train(engine, way, states[at]!);
        assert.deepEqual(resumed, whole, `from state ${at} of ${states.length}`);
      }
    });
  }
}
