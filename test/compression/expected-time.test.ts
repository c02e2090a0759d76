import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { announced, type CompressionJob } from '../../src/compression/index.js';
import { startEngine, tf } from '../../src/engine/index.js';
import { withSamples } from './with-samples.js';

const SLOW_MS = 40;
const KERNEL: [number, number] = [2, 2];

before(() => startEngine('embedded'));

/** Notes before a training whose forward pass takes 40 ms, of 10,000 steps where no limit is given. */
async function notesBefore(
  maxSteps: number | undefined,
  fallbackReason?: string,
  roundingSteps = 0,
): Promise<string[]> {
  const xs = Float32Array.from({ length: 200 }, (_, index) => index % 7);
  const ys = Float32Array.from({ length: 100 }, (_, index) => index % 2);
  const kernel = tf.ones(KERNEL) as tf.Tensor2D;
  return withSamples(
    { kernel, activation: 'softmax' },
    { x: { values: xs, shape: [100, 2] }, y: { values: ys, shape: [100] } },
    async (session, samples) => {
      const notes: string[] = [];
      const predict = async (inputs: tf.Tensor[]) => {
        await new Promise((done) => setTimeout(done, SLOW_MS));
        return session.liveModel.predict(inputs);
      };
      const job = {
        session: {
          ...session,
          engine: { ...session.engine, ...(fallbackReason === undefined ? {} : { fallbackReason }) },
          liveModel: { ...session.liveModel, predict },
        },
        samples,
        augmentations: [],
        options: {
          ...{ epochs: 1000, batchSize: 10, maxSteps, seed: 0 },
          ...{ forward: 'quantized', entropyPenalty: 0, roundingSteps },
        },
        controls: {
          onProgress: (event: { kind: string; text?: string }) => {
            if (event.kind === 'note') notes.push(event.text!);
          },
        },
      } as unknown as CompressionJob;
      await announced(job);
      return notes;
    },
  );
}

it('a long training that the native engine would shorten is told before it starts', async () => {
  const [note, ...others] = await notesBefore(undefined, 'tfjs-node is not installed');
  assert.match(
    note!,
    /^training will take about .* on the embedded engine; on the native engine about .*`qgt setup`/,
  );
  assert.deepEqual(others, []);
});

it('what learning the rounding takes before it is counted in', async () => {
  const notes = await notesBefore(20, 'tfjs-node is not installed', 10_000);
  assert.equal(notes.length, 1);
});

it('nothing is told of a short one, or where the embedded engine was asked for', async () => {
  assert.deepEqual(await notesBefore(20, 'tfjs-node is not installed'), []);
  assert.deepEqual(await notesBefore(undefined), []);
});
